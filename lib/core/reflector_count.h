/* SPDX-License-Identifier: MIT */
/*
 * What a reflector keeps of each prober, and how a PROBE moves its counts.
 * Private to lib/core.
 */
#ifndef SILBO_CORE_REFLECTOR_COUNT_H
#define SILBO_CORE_REFLECTOR_COUNT_H

#include <silbo/reflector.h>
#include <silbo/wire.h>

/* A PROBE that the gate refused as too far ahead: it may turn out to have come
 * after all. */
struct reflector_far {
	struct silbo_header header;
	bool closing;
};

/* What is known of the prober in one place. */
struct prober {
	struct silbo_reflector_report counts; /* since our source is this: */
	uint64_t source;                      /* as in struct silbo_reflector */
	struct silbo_reflector_report past;   /* and before */
	uint64_t wall;      /* our axis, as it is told to this prober; modulo */
	silbo_time full_at; /* its tokens, see bucket.h */
	uint64_t top;       /* highest number without CLOSING, and one */
	/* as the track of the place had it at the last PROBE */
	uint64_t arrived, reordered, extent_max, refused;
	/* the latest ECHO */
	size_t bytes;
	bool closing;
	/* of whom, and what, the gate refused last as too far ahead */
	struct reflector_far far;
};

/* One PROBE, and what became of it. */
struct asked {
	struct silbo_header header;
	struct silbo_probe probe;
	const struct silbo_arrival *opened;
	bool first; /* copy */
	bool again; /* another */
	bool readable;
};

static inline bool
is_closing(const struct asked *asked)
{
	return (asked->probe.flags & SILBO_PROBE_CLOSING) != 0;
}

/*
 * One PROBE more of this prober: what it was, where it stands in the order, and
 * whether the one that was refused before it came after all.
 *
 *   far      as it was before the place was found to be this prober's
 *   numbers  of the track of its place
 */
void reflector_count(struct prober *p, const struct asked *asked,
    const struct reflector_far *far, const struct silbo_track_report *numbers);

#endif
