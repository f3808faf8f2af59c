#!/bin/sh
# SPDX-License-Identifier: MIT
# headers_alone.sh ROOT CC CXX: every public header compiles by itself as C11
# and as C++17, without warnings.
set -eu
cd "$1"
cc=$2 cxx=$3
# A header that is itself the input has inline functions nobody calls.
warnings='-Wall -Wextra -Wpedantic -Werror -Wno-unused-function'
count=0
for header in lib/include/silbo/*.h; do
	$cc -std=c11 $warnings -Ilib/include \
		-fsyntax-only -x c "$header"
	$cxx -std=c++17 $warnings -Ilib/include \
		-fsyntax-only -x c++ "$header"
	count=$((count + 1))
done
[ "$count" -ge 10 ] || { echo "only $count headers found"; exit 1; }
echo "$count headers compile alone as C11 and C++17"
