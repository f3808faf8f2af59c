#!/bin/sh
# SPDX-License-Identifier: MIT
# A parent project adds silbo as a subdirectory: it gets the library and nothing
# else, neither flags nor targets, tests, options or installed files.
. "$(dirname -- "$0")/../cli/lib.sh"
. "$here/lib.sh"

# targets TREE: those of silbo, in one line.
targets() {
	cmake --build "$1" --target help |
		sed -nE 's/^(\.\.\. )?([a-z_]+)(:.*)?$/\2/p' |
		grep -E '^(silbo|test|sample|wav|peak|vector|fuzz|bench)[a-z]*_' |
		sort | xargs
}

# options TREE: what stands in its cache and nobody expects there.
options() {
	sed -nE 's/^([A-Za-z_][A-Za-z_0-9-]*):.*/\1/p' "$1/CMakeCache.txt" |
		grep -vE '^(SILBO_|silbo_|pkgcfg_lib_SILBO_)' |
		grep -vE '^__pkg_config_[a-z]+_SILBO_' |
		grep -vE '^(parent_|WERROR$|(.*_)?SODIUM(_|$))' |
		grep -vE '^(CMAKE_|_CMAKE_|PKG_CONFIG_|FIND_PACKAGE_)' |
		grep -vE '^(BUILD_SHARED_LIBS|prefix_result)$' | xargs
}

# flags TREE FILE: of the compiler, those that a project could leak.
flags() {
	grep '"command":.*/'"$2"'"' "$1/compile_commands.json" |
		tr ' ' '\n' | grep -E '^-([WfDOg]|std)' | xargs
}

# added NAME TARGETS OPTION...: as a parent adds it.
added() {
	tree=$work/$1 expected=$2
	shift 2
	must configure cmake -S "$here/parent" -B "$tree" \
		-DCMAKE_C_COMPILER="$CC" -DSILBO_SOURCE="$SOURCE" "$@"
	must build cmake --build "$tree" -j2
	must app "$tree/app"
	is "targets" "$(targets "$tree")" "$expected"
	is "options" "$(options "$tree")" ""
	is "flags of the parent" "$(flags "$tree" round_trip.c)" ""
	must tests ctest --test-dir "$tree" -N
	says tests.out "Total Tests: 0"
	must install cmake --install "$tree" --prefix "$tree/prefix"
	is "installed" "$(cd "$tree/prefix" && find . -type f)" ./bin/app
}

added static "silbo_core silbo_net silbo_sim silbo_static"
is "flags of silbo" "$(flags "$tree" wire.c | grep -c -- -Wconversion)" 1
added shared "silbo_core silbo_net silbo_shared silbo_sim silbo_static" \
	-DBUILD_SHARED_LIBS=ON
is "shared library" "$(find "$tree" -name 'libsilbo.so.0' | wc -l)" 1

pass
