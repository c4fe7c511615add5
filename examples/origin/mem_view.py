"""The file that the origin's examples send along: how much memory a process holds."""


def resident_kilobytes(pid="self"):
    with open(f"/proc/{pid}/statm") as file:
        pages = int(file.read().split()[1])
    return pages * 4
