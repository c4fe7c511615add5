"""What format1.tp is of."""

import pyteleport


def total(numbers):
    done = 0
    for number in numbers:
        if number == 3:
            print("resumed:", pyteleport.checkpoint("format1.tp"))
        done += number
    return done


ballast = bytearray(range(256)) * 4096
print(total(iter(range(6))), len(ballast))
