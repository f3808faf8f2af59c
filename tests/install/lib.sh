# SPDX-License-Identifier: MIT
# Sourced by the tests of this directory, behind what they share with the tests
# of the command line.  TREE is what tree.sh has built.
: "${TREE:?build tree of the release}" "${SOURCE:?source tree}"
: "${CC:?C compiler}" "${CXX:?C++ compiler}"

# must NAME COMMAND...: run to its end, which has to be good.
must() {
	run "$@"
	is "exit status of $1" "$status" 0
}

# whole PATH: the pattern (grep -E) of where it is named, not as a part of another
# path: a clone may be /silbo, and everybody has include/silbo.
whole() {
	printf '(^|[^[:alnum:]_.}/-]|-[IL]|-isystem)%s($|[^[:alnum:]_.-])' \
		"$(printf %s "$1" | sed 's/[][\\.*^$(){}?+|]/\\&/g')"
}

# the_file NAME: the one installed file of this name below $root.
the_file() {
	found=$(find "$root" -name "$1")
	checks=$((checks + 1))
	[ "$(echo "$found" | wc -w)" -eq 1 ] || fail "'$1' is at: '$found'"
}
