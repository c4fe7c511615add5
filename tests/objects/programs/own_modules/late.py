"""A module that the program imports after a move."""

import counting

seen = counting.count > 0
