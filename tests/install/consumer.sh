#!/bin/sh
# SPDX-License-Identifier: MIT
# Install into a prefix, move the tree elsewhere, and use it as strangers do: by
# find_package and by pkg-config, from C and from C++, shared and static.
. "$(dirname -- "$0")/../cli/lib.sh"
. "$here/lib.sh"

must install cmake --install "$TREE" --prefix "$work/first"
root=$work/moved
mv "$work/first" "$root"
the_file silbo.pc
PKG_CONFIG_PATH=${found%/*}
export PKG_CONFIG_PATH
the_file silboConfig.cmake
package=${found%/*}
the_file libsilbo.so.0
library=$found libdir=${found%/*}

# Everything silbo.h includes, and nothing else: no media.h, no score.h.
(cd "$root/include" && ls silbo/*.h) | grep -v '/silbo\.h$' >"$work/there"
sed -n 's/^#include <\(silbo\/.*\)>$/\1/p' "$root/include/silbo/silbo.h" |
	LC_ALL=C sort >"$work/included"
is "headers" "$(LC_ALL=C sort "$work/there")" "$(cat "$work/included")"
is "manual" "$(ls "$root/share/man/man1")" silbo.1

# Nobody is told where it was built, or first installed.
cat >"$work/named" <<'E'
1 Cflags: -I/silbo/lib/include
1 set(x "/silbo")
1 at /a:/silbo
0 set(x "${prefix}/silbo")
0 include/silbo/track.h
0 ../silbo
0 /silbo-2/lib
0 /a/silbo
E
is "lines that name /silbo" "$(grep -E -- "$(whole /silbo)" "$work/named")" \
	"$(grep '^1' "$work/named")"
for path in "$TREE" "$SOURCE" "$work"; do
	is "files that name $path" "$(find "$root" -type f \
		\( -name '*.cmake' -o -name '*.pc' -o -name '*.h' \) \
		-exec grep -lE -- "$(whole "$path")" {} +)" ""
done

dynamic() { LC_ALL=C readelf -d "$1" | sed -n "s/.*($2).*\[\(.*\)\]/\1/p"; }
is "soname" "$(dynamic "$library" SONAME)" libsilbo.so.0
is "libraries of the library" "libc libsodium" \
	"$(dynamic "$library" NEEDED | sed 's/\.so.*//' | sort | xargs)"
for file in "$library" "$root/bin/silbo"; do
	is "search path in $file" "$(dynamic "$file" 'R.*PATH')" ""
done

# One version in the program, in silbo.pc and in the headers.
must version "$root/bin/silbo" version
version=$(sed -n 's/^silbo //p' "$work/version.out")
is "version of silbo.pc" "$(pkg-config --modversion silbo)" "$version"

# runs NAME LANGUAGE PROGRAM: it ends well, and is of this version.
runs() {
	must "$1" "$3"
	is "$1 says" "$(cat "$work/$1.out")" "$2 $version ok"
}

# needs PROGRAM YESNO: whether it is linked to the shared library.
needs() {
	is "$1 needs libsilbo.so.0" \
		"$(dynamic "$1" NEEDED | grep -c '^libsilbo\.so\.0$')" "$2"
}

# ---- CMake
# consumes PREFIX SHARED: the consumer's project, with what is in PREFIX.
consumes() {
	build=$work/build.$2
	must configure cmake -S "$here/consumer" -B "$build" \
		-DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" \
		-DCMAKE_PREFIX_PATH="$1"
	must build cmake --build "$build" -j2
	for form in silbo silbo_static net; do
		runs "c_$form" C "$build/c_$form"
	done
	runs cxx_silbo C++ "$build/cxx_silbo"
	needs "$build/c_silbo" "$2"
	needs "$build/cxx_silbo" "$2"
	needs "$build/c_silbo_static" 0
	needs "$build/c_net" 0
}
consumes "$root" 1

# An installation without the shared library has the same target.
must configure cmake -S "$SOURCE" -B "$work/archives" \
	-DCMAKE_C_COMPILER="$CC" -DBUILD_SHARED_LIBS=OFF \
	-DSILBO_BUILD_TESTS=OFF -DSILBO_BUILD_TOOLS=OFF \
	-DSILBO_BUILD_SAMPLES=OFF -DCMAKE_INSTALL_PREFIX="$work/static"
must build cmake --build "$work/archives" -j2
must install cmake --install "$work/archives"
is "shared libraries" "$(find "$work/static" -name '*.so*')" ""
consumes "$work/static" 0

# While the version is 0.x, only the same minor version will do.
mkdir "$work/finds"
cat >"$work/finds/CMakeLists.txt" <<'E'
cmake_minimum_required(VERSION 3.25)
project(finds LANGUAGES NONE)
find_package(silbo ${WANTED} REQUIRED)
E
finds() { # finds STATUS VERSION
	run finds cmake -S "$work/finds" -B "$work/finds/$2" \
		-Dsilbo_DIR="$package" -DWANTED="$2"
	is "exit status with version $2 wanted" "$status" "$1"
}
minor=${version%.*} patch=${version##*.}
finds 0 "$minor"
finds 1 "$minor.$((patch + 1))"
finds 1 "${minor%.*}.$((${minor#*.} + 1))"
[ "${minor#*.}" -eq 0 ] || finds 1 "${minor%.*}.$((${minor#*.} - 1))"
finds 1 "$((${minor%.*} + 1)).${minor#*.}"
no_sodium() { PKG_CONFIG_PATH= PKG_CONFIG_LIBDIR=$work "$@"; }
run no_sodium no_sodium cmake -S "$work/finds" -B "$work/finds/none" \
	-Dsilbo_DIR="$package" -DWANTED="$minor"
is "exit status without libsodium" "$status" 1
says no_sodium.err "silbo needs libsodium"

# ---- pkg-config
# links NAME COMPILER FLAG...: with what silbo.pc says, in words.
links() {
	name=$1
	shift
	must "$name.link" "$@" -o "$work/$name"
}
shared=$(pkg-config --cflags --libs silbo) || fail "pkg-config"
static=$(pkg-config --static --cflags --libs silbo) || fail "pkg-config"
# shellcheck disable=SC2086
for form in shared static; do
	case $form in
	shared) flags="$shared -Wl,-rpath,$libdir" yes=1 ;;
	static) flags="-static $static" yes=0 ;;
	esac
	links "c_$form" "$CC" "$here/consumer/round_trip.c" $flags
	runs "c_$form" C "$work/c_$form"
	links "cxx_$form" "$CXX" "$here/consumer/round_trip.cc" $flags
	runs "cxx_$form" C++ "$work/cxx_$form"
	needs "$work/c_$form" $yes
	needs "$work/cxx_$form" $yes
done

# ---- DESTDIR
staged() { DESTDIR=$work/stage "$@"; }
must stage staged cmake --install "$TREE"
is "top of the stage" "$(ls "$work/stage")" usr
is "top of the prefix" "$(ls "$work/stage/usr" | xargs)" "bin include lib share"

pass
