#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian package: the files are where they belong, nothing else is in it, and
# what it depends on was computed from the program.
. "$(dirname -- "$0")/../cli/lib.sh"
. "$here/lib.sh"
command -v dpkg-deb >/dev/null 2>&1 || skip "no dpkg-deb on this machine"

# The umask of whoever packs must not get into the package.
packed() (umask 077 && cd "$TREE" && cpack -G DEB -B "$work/made" "$@")
must cpack packed
set -- "$work/made"/*.deb
is "packages" "$#" 1
deb=$1
must contents dpkg-deb -c "$deb"
must field dpkg-deb -f "$deb"

# Modes, owners and names; headers and exact places of libraries left out.
awk '$1 !~ /^d/ { sub(/\/lib\/[a-z0-9_]+-linux-[a-z0-9]+\//, "/lib/ARCH/")
	print $1, $2, $6 }' "$work/contents.out" |
	grep -v '/include/silbo/[a-z]*\.h$' | LC_ALL=C sort -k 3 >"$work/files"
cat >"$work/wanted" <<'F'
-rwxr-xr-x root/root ./usr/bin/silbo
-rw-r--r-- root/root ./usr/lib/ARCH/cmake/silbo/silboConfig.cmake
-rw-r--r-- root/root ./usr/lib/ARCH/cmake/silbo/silboConfigVersion.cmake
-rw-r--r-- root/root ./usr/lib/ARCH/cmake/silbo/silboTargets-release.cmake
-rw-r--r-- root/root ./usr/lib/ARCH/cmake/silbo/silboTargets.cmake
-rw-r--r-- root/root ./usr/lib/ARCH/libsilbo.a
lrwxrwxrwx root/root ./usr/lib/ARCH/libsilbo.so
lrwxrwxrwx root/root ./usr/lib/ARCH/libsilbo.so.0
-rw-r--r-- root/root ./usr/lib/ARCH/libsilbo.so.VERSION
-rw-r--r-- root/root ./usr/lib/ARCH/libsilbo_core.a
-rw-r--r-- root/root ./usr/lib/ARCH/libsilbo_net.a
-rw-r--r-- root/root ./usr/lib/ARCH/libsilbo_sim.a
-rw-r--r-- root/root ./usr/lib/ARCH/pkgconfig/silbo.pc
-rw-r--r-- root/root ./usr/share/doc/silbo/copyright
-rw-r--r-- root/root ./usr/share/man/man1/silbo.1
F
version=$("$SILBO" version | sed -n 's/^silbo //p')
sed -i "s/VERSION/$version/" "$work/wanted"
is "files of the package" "$(cat "$work/files")" "$(cat "$work/wanted")"
is "directories with odd modes" "$(awk '/^d/ && !/^drwxr-xr-x root\/root/' \
	"$work/contents.out")" ""
headers=$(grep -c '/include/silbo/[a-z]*\.h$' "$work/contents.out")
is "headers, those of media apart" "$headers" \
	"$(find "$SOURCE/lib/include/silbo" -name '*.h' ! -name media.h \
		! -name score.h | wc -l)"

says field.out "Package: silbo"
says field.out "Version: $version"
if command -v dpkg-shlibdeps >/dev/null 2>&1 &&
	command -v file >/dev/null 2>&1; then
	depends=$(dpkg-deb -f "$deb" Depends)
	for name in libc6 libsodium23 libopus0 libsndfile1 libjansson4; do
		case $depends in
		*"$name ("*) checks=$((checks + 1)) ;;
		*) fail "Depends lacks $name: $depends" ;;
		esac
	done
else
	echo "${0##*/}: no dpkg-shlibdeps or file here, Depends not checked"
fi

# What is inside runs without what is outside.
must unpack dpkg-deb -x "$deb" "$work/root"
must version "$work/root/usr/bin/silbo" version

pass
