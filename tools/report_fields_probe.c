/* SPDX-License-Identifier: MIT */
/*
 * The fields of a target of silbo probe, as report_json_probe.c writes them.
 */
#include "report_fields.h"

#define COUNT(path, member) REPORT_COUNT(report_probe, path, member)
#define BOOLEAN(path, member) REPORT_BOOLEAN(report_probe, path, member)
#define REAL(path, member, decimals) \
	REPORT_REAL(report_probe, path, member, decimals)
#define SIGNED(path, member, decimals) \
	REPORT_SIGNED(report_probe, path, member, decimals)
#define TEXT(path, member) REPORT_TEXT(report_probe, path, member)
#define END                  \
	{                    \
		.path = NULL \
	}

const struct report_field report_probe_fields[] = {
    TEXT("target", name),
    TEXT("peer", peer),
    REAL("duration_s", duration_s, 3),
    REPORT_FLAG(report_probe, "encrypted", encrypted),
    REAL("interval_ms", interval_ms, 6),
    COUNT("size_bytes", bytes),
    COUNT("dscp", dscp),
    COUNT("slots", slots),
    COUNT("sent", sent),
    COUNT("unsent", unsent),
    COUNT("answered", answered),
    COUNT("lost", lost),
    COUNT("pending", pending),
    REAL("wait_ms", wait_ms, 3),
    COUNT("receive_buffer_bytes", receive_buffer),
    BOOLEAN("cut_short", cut_short),
    COUNT("late_final", late_final),
    COUNT("too_old", too_old),
    COUNT("answered_twice", answered_twice),
    COUNT("never_sent", never_sent),
    COUNT("absurd_times", absurd_times),
    COUNT("foreign", foreign),
    COUNT("elsewhere", elsewhere),
    COUNT("withheld", withheld),
    COUNT("dropped_here", dropped_here),
    COUNT("contradictions", contradictions),
    COUNT("restarts", restarts),
    COUNT("closing_sent", closings),
    BOOLEAN("closing_answered", closed),
    REAL("rtt_ms.min", rtt_ms[0], 3),
    REAL("rtt_ms.mean", rtt_ms[1], 3),
    REAL("rtt_ms.p50", rtt_ms[2], 3),
    REAL("rtt_ms.p95", rtt_ms[3], 3),
    REAL("rtt_ms.p99", rtt_ms[4], 3),
    REAL("rtt_ms.p999", rtt_ms[5], 3),
    REAL("rtt_ms.max", rtt_ms[6], 3),
    REAL("jitter_ms", jitter_ms, 3),
    REAL("first_ms", first_ms, 3),
    COUNT("loss_runs.count", runs),
    COUNT("loss_runs.max", run_max),
    SIGNED("clock.offset_ms", offset_ms, 6),
    REAL("clock.error_ms", error_ms, 6),
    SIGNED("clock.skew_ppm", skew_ppm, 1),
    COUNT("clock.steps", steps),
    SIGNED("clock.step_ms", step_ms, 3),
    BOOLEAN("clock.kernel_there", kernel_there),
    BOOLEAN("clock.kernel_back", kernel_back),
    REAL("lateness_ms.p50", lateness_ms[0], 3),
    REAL("lateness_ms.p99", lateness_ms[1], 3),
    REAL("lateness_ms.max", lateness_ms[2], 3),
    COUNT("late_over_1ms", late_over_1ms),
    BOOLEAN("stamp.stateful", stamp.stateful),
    BOOLEAN("stamp.synchronised", stamp.synchronised),
    BOOLEAN("stamp.ptp", stamp.ptp),
    REAL("stamp.error_ms", stamp.error_ms, 6),
    REAL("stamp.there_ms", stamp.there_ms, 6),
    REAL("stamp.back_ms", stamp.back_ms, 6),
    REAL("stamp.within_ms", stamp.within_ms, 6),
    COUNT("stamp.no_estimate", stamp.no_estimate),
    COUNT("stamp.there_lost_min", stamp.there_lost_min),
    COUNT("stamp.there_lost_max", stamp.there_lost_max),
    COUNT("path_mtu.payload_bytes", mtu.payload),
    COUNT("path_mtu.there_bytes", mtu.there),
    COUNT("path_mtu.too_large_bytes", mtu.too_large),
    COUNT("path_mtu.most_bytes", mtu.most),
    COUNT("path_mtu.icmp_bytes", mtu.told),
    COUNT("path_mtu.header_bytes", mtu.headers),
    REAL("path_mtu.took_ms", mtu.took_ms, 3),
    END,
};

const struct report_field report_way_fields[] = {
    REPORT_COUNT(report_way, "lost", lost),
    REPORT_COUNT(report_way, "duplicate", duplicate),
    REPORT_COUNT(report_way, "reordered", reordered),
    REPORT_COUNT(report_way, "max_extent", extent_max),
    REPORT_REAL(report_way, "delay_ms.p50", delay_ms[0], 3),
    REPORT_REAL(report_way, "delay_ms.p95", delay_ms[1], 3),
    REPORT_REAL(report_way, "delay_ms.p99", delay_ms[2], 3),
    REPORT_REAL(report_way, "delay_ms.p999", delay_ms[3], 3),
    REPORT_REAL(report_way, "delay_ms.max", delay_ms[4], 3),
    REPORT_REAL(report_way, "ipdv_ms", ipdv_ms, 3),
    REPORT_COUNT(report_way, "ipdv_unpaired", ipdv_unpaired),
    REPORT_REAL(report_way, "jitter_ms", jitter_ms, 3),
    END,
};

void
report_probe_round(struct report_probe *probe)
{
	report_fields_round(probe, report_probe_fields);
	report_fields_round(&probe->there, report_way_fields);
	report_fields_round(&probe->there.quality, report_quality_fields);
	report_fields_round(&probe->back, report_way_fields);
	report_fields_round(&probe->back.quality, report_quality_fields);
}
