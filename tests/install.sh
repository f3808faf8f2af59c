# SPDX-License-Identifier: MIT
# Sourced by samples/demo.sh and tests/run.sh: install what is missing from
# Debian's packages.  Says what it does; does nothing where all is there.

# What each purpose needs: package names of Debian 12.
packages_build='gcc libc6-dev cmake make pkg-config libsodium-dev libopus-dev
	libsndfile1-dev libspeexdsp-dev libjansson-dev libinih-dev'
packages_test="$packages_build g++ libcmocka-dev binutils python3
	python3-jsonschema strace iproute2 nftables mandoc dpkg-dev file"
packages_sanitize="$packages_test clang libclang-rt-14-dev"

# Is a package installed?  dpkg-query is part of every Debian.
installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_missing() {
	case $1 in
	build) wanted=$packages_build ;;
	test) wanted=$packages_test ;;
	sanitize) wanted=$packages_sanitize ;;
	*) echo "install_missing: what is '$1'?" >&2; return 1 ;;
	esac
	if ! command -v dpkg-query >/dev/null 2>&1; then
		echo "not a Debian system: make sure these are installed:" $wanted
		return 0
	fi
	missing=
	for package in $wanted; do
		installed "$package" || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "installing:$missing"
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null 2>&1 || {
			echo "not root and no sudo; as root:" >&2
			echo "  apt-get install$missing" >&2
			return 1
		}
		as_root=sudo
	fi
	$as_root apt-get update -q >/dev/null || {
		echo "apt-get update failed; is there a network?" >&2
		return 1
	}
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q \
		--no-install-recommends $missing >/dev/null || {
		echo "apt-get could not install:$missing" >&2
		return 1
	}
}
