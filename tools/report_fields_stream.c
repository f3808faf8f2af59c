/* SPDX-License-Identifier: MIT */
/*
 * The fields of a stream, family by family, as report_json_stream.c writes
 * them. What is no plain field (histograms, targets, names of a band) is in
 * report_read_stream.c.
 */
#include "report_fields.h"

#define COUNT(path, member) REPORT_COUNT(report_stream, path, member)
#define BOOLEAN(path, member) REPORT_BOOLEAN(report_stream, path, member)
#define REAL(path, member, decimals) \
	REPORT_REAL(report_stream, path, member, decimals)
#define SIGNED(path, member, decimals) \
	REPORT_SIGNED(report_stream, path, member, decimals)
#define TEXT(path, member) REPORT_TEXT(report_stream, path, member)
#define END                  \
	{                    \
		.path = NULL \
	}

static const struct report_field identity[] = {
    TEXT("id", id),
    TEXT("peer", peer),
    TEXT("name", name),
    REAL("duration_s", duration_s, 3),
    REPORT_FLAG(report_stream, "encrypted", encrypted),
    TEXT("codec.name", codec),
    REAL("codec.frame_ms", frame_ms, 6),
    COUNT("codec.channels", channels),
    REAL("codec.bitrate_bps", bitrate_bps, 0),
    BOOLEAN("joined_late", joined_late),
    COUNT("samples", samples),
    END,
};

static const struct report_field packets[] = {
    COUNT("packets.expected", expected),
    COUNT("packets.arrived", arrived),
    COUNT("packets.unique", unique),
    COUNT("packets.lost", lost),
    COUNT("packets.pending", pending),
    COUNT("packets.overdue", overdue),
    COUNT("packets.duplicate", duplicate),
    COUNT("packets.late_final", late_final),
    COUNT("packets.too_old", too_old),
    COUNT("packets.reordered", reordered),
    COUNT("packets.bad_body", bad_bodies),
    COUNT("packets.lost_network", lost_network),
    COUNT("packets.lost_network_min", lost_network_min),
    COUNT("packets.lost_network_max", lost_network_max),
    COUNT("packets.dropped_here", dropped_here),
    COUNT("reordering.max_extent", extent_max),
    COUNT("loss_runs.count", runs),
    COUNT("loss_runs.max", run_max),
    END,
};

static const struct report_field delay[] = {
    REAL("jitter_ms", jitter_ms, 3),
    REAL("jitter_ms_mean", jitter_mean_ms, 3),
    REAL("jitter_ms_max", jitter_max_ms, 3),
    REAL("delay_ms.first", delay_first_ms, 3),
    REAL("delay_ms.mean", delay_mean_ms, 3),
    REAL("delay_ms.p50", delay_ms[0], 3),
    REAL("delay_ms.p95", delay_ms[1], 3),
    REAL("delay_ms.p99", delay_ms[2], 3),
    REAL("delay_ms.p999", delay_p999_ms, 3),
    REAL("delay_ms.max", delay_ms[3], 3),
    REAL("ipdv_ms.mean", ipdv_ms[0], 3),
    REAL("ipdv_ms.p50", ipdv_ms[1], 3),
    REAL("ipdv_ms.p95", ipdv_ms[2], 3),
    REAL("ipdv_ms.p99", ipdv_ms[3], 3),
    REAL("ipdv_ms.max", ipdv_ms[4], 3),
    COUNT("ipdv_ms.pairs", ipdv_pairs),
    COUNT("ipdv_ms.unpaired", ipdv_unpaired),
    SIGNED("skew.ppm", clock_ppm, 2),
    BOOLEAN("skew.applied", skew_applied),
    COUNT("absurd_times", absurd_times),
    REAL("buffer_loss_ratio.20", buffer_loss[0], 5),
    REAL("buffer_loss_ratio.40", buffer_loss[1], 5),
    REAL("buffer_loss_ratio.60", buffer_loss[2], 5),
    REAL("buffer_loss_ratio.80", buffer_loss[3], 5),
    REAL("buffer_loss_ratio.100", buffer_loss[4], 5),
    REAL("buffer_loss_ratio.150", buffer_loss[5], 5),
    END,
};

static const struct report_field playout[] = {
    REAL("playout.delay_ms_mean", playout_ms, 3),
    REAL("playout.delay_ms_min", playout_min_ms, 3),
    REAL("playout.delay_ms_max", playout_max_ms, 3),
    COUNT("playout.late", late),
    COUNT("playout.repaired", repaired),
    TEXT("playout.repaired_by", repaired_by),
    COUNT("playout.concealed", concealed),
    REAL("playout.concealed_s", concealed_s, 3),
    REAL("playout.paused_s", paused_s, 3),
    COUNT("playout.underruns", underruns),
    COUNT("playout.overflow", overflow),
    COUNT("playout.resyncs", resyncs),
    COUNT("playout.undecodable", undecodable),
    SIGNED("playout.clock_ppm", clock_ppm, 2),
    END,
};

static const struct report_field sent[] = {
    COUNT("sent.data", sent),
    COUNT("sent.info", sent_info),
    COUNT("sent.bytes", sent_bytes),
    COUNT("sent.unsent", unsent),
    COUNT("sent.sources", sources),
    TEXT("sent.source", source),
    REAL("sent.skipped_s", skipped_s, 3),
    REAL("sent.lateness_ms.p50", lateness_ms[0], 3),
    REAL("sent.lateness_ms.p99", lateness_ms[1], 3),
    REAL("sent.lateness_ms.max", lateness_ms[2], 3),
    REAL("sent.wakeup_ms.p50", wakeup_ms[0], 3),
    REAL("sent.wakeup_ms.p99", wakeup_ms[1], 3),
    REAL("sent.wakeup_ms.max", wakeup_ms[2], 3),
    COUNT("sent.late_over_1ms", late_over_1ms),
    END,
};

/* Of a stream, and of each way of a probe. */
const struct report_field report_quality_fields[] = {
    REPORT_REAL(report_quality, "quality.mos", mos, 2),
    REPORT_REAL(report_quality, "quality.r", r, 1),
    REPORT_REAL(report_quality, "quality.r_band", r_band, 1),
    REPORT_REAL(report_quality, "quality.loss_ratio", loss_ratio, 5),
    REPORT_REAL(report_quality, "quality.burst_r", burst_r, 2),
    REPORT_REAL(report_quality, "quality.delay_ms", delay_ms, 1),
    REPORT_BOOLEAN(report_quality, "quality.delay_has_network", network),
    REPORT_BOOLEAN(report_quality, "quality.vbr", variable),
    REPORT_REAL(report_quality, "quality.bitrate_bps", bitrate_bps, 0),
    REPORT_REAL(report_quality, "quality.ie", ie, 2),
    REPORT_REAL(report_quality, "quality.bpl", bpl, 2),
    REPORT_REAL(report_quality, "quality.ie_eff", ie_eff, 2),
    REPORT_REAL(report_quality, "quality.idd", idd, 2),
    END,
};

/* The skew stands twice in the JSON: what delay says of it counts. */
const struct report_field *const report_stream_fields[] = {
    identity, packets, playout, delay, sent, NULL};
