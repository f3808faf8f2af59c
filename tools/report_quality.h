/* SPDX-License-Identifier: MIT */
/*
 * An estimate of quality as it stands in a report.
 */
#ifndef SILBO_TOOLS_REPORT_QUALITY_H
#define SILBO_TOOLS_REPORT_QUALITY_H

#include <stdint.h>

/* Fewer datagrams than this are no ground for an estimate: a choice. */
#define REPORT_QUALITY_LEAST 100

/* An estimate (silbo/quality.h), with what it was made from. */
struct report_quality {
	double mos, r, r_band; /* unknown: so is all the rest */
	double loss_ratio, burst_r, delay_ms;
	double bitrate_bps; /* of a channel, as looked up */
	double ie, bpl, ie_eff, idd;
	int64_t band;     /* enum silbo_quality_band */
	int64_t variable; /* the bit rate: 1 yes, 0 no */
	int64_t network;  /* its delay is in delay_ms: 1 yes, 0 no */
	int64_t beyond;   /* rates that are known: 2 above, 1 below, 0 no */
};

/* Everything unknown. */
void report_quality_init(struct report_quality *quality);

#endif
