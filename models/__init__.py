"""Tables and arrays in, numbers out. Knows no paths, YAML or plots."""

from features.kernel_cache import use_kernel_cache

use_kernel_cache()
