#!/bin/sh
# SPDX-License-Identifier: MIT
# sim_is_pure.sh ARCHIVE: the network model is as pure as the core, and asks
# libm for nothing, whose last bits differ from machine to machine; nor for
# qsort, which may allocate.
libm='(sin|cos|tan|a?(sin|cos|tan)h?|atan2|exp|exp2|exp10|expm1|log|log2|log10'
libm="$libm|log1p|logb|pow|sqrt|cbrt|hypot|erfc?|[lt]gamma|fma|fmod|remainder"
libm="$libm|scalbl?n|[lf]dexp|frexp|modf|ceil|floor|l?l?round|trunc|l?l?rint"
libm="$libm|nearbyint|fabs|fmax|fmin|nextafter)[fl]?"
exec sh "$(dirname "$0")/core_is_pure.sh" "$1" sim 15 "$libm|qsort(_r)?|bsearch"
