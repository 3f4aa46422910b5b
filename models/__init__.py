"""Tables and arrays in, numbers out. Knows no paths, YAML or plots."""
