factor = 2


def double(number):
    return number * factor
