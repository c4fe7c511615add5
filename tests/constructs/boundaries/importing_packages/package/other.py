from point import here

print("other begins", here())
one = 1
