from point import here

value = here()
