#!/bin/sh
# SPDX-License-Identifier: MIT
# tree.sh SOURCE TREE CC: build what people install, for the other tests of this
# directory: no debugging, no sanitizer, /usr as prefix.
set -eu
source=$1 tree=$2 cc=$3

cmake -S "$source" -B "$tree" -DCMAKE_C_COMPILER="$cc" \
	-DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
	-DSILBO_BUILD_TESTS=OFF -DSILBO_BUILD_SAMPLES=OFF
cmake --build "$tree" -j2
