/* SPDX-License-Identifier: MIT */
/*
 * Decides what the JSON report says of the search for the path MTU.
 */
#include "report_build.h"

json_t *
build_mtu(struct builder *b, const struct report_probe *p)
{
	const struct report_mtu *m = &p->mtu;
	json_t *object;

	if (!m->searched)
		return json_null();
	object = json_object();
	build_put(
	    b, object, "state", build_text(silbo_mtu_state_name(m->state)));
	build_put(b, object, "packet_bytes",
	    build_count(m->payload < 0 ? m->payload : m->payload + m->headers));
	build_put(b, object, "payload_bytes", build_count(m->payload));
	build_put(b, object, "there_bytes", build_count(m->there));
	build_put(b, object, "too_large_bytes", build_count(m->too_large));
	build_put(b, object, "most_bytes", build_count(m->most));
	build_put(b, object, "icmp_bytes", build_count(m->told));
	build_put(b, object, "header_bytes", build_count(m->headers));
	build_put(b, object, "asked", build_count(p->sent));
	build_put(b, object, "answered", build_count(p->answered));
	build_put(b, object, "took_ms", build_real(m->took_ms, 3));
	return object;
}
