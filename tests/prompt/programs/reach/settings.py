debug = True
table = {"a": 1}


def look(key):
    return table[key]
