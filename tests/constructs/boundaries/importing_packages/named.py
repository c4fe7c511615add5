from point import here

print("by name", here())
