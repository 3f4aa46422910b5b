"""Sources in, one aligned stack and one design table out. Knows no models."""

from .kernel_cache import use_kernel_cache

use_kernel_cache()
