/* SPDX-License-Identifier: MIT */
/*
 * For notices.sh: one unconnected socket sends a datagram to each destination
 * and prints the notice that comes of each, whichever comes first; and what the
 * first link to the first of them takes.
 *
 *   asker BYTES HOPS ADDRESS PORT [ADDRESS PORT]...
 *
 * With ANY_SIZE in the environment whatever the path is said to take.
 */
#include "net/sockets.h"

#include <silbo/err.h>

#include <stdlib.h>

static const char *const kinds[] = {
    "port", "host", "prohibited", "too-large", "expired", "other"};

static void
print_notice(const struct silbo_notice *notice)
{
	char to[SILBO_ADDR_TEXT_BYTES], from[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(to, &notice->to);
	silbo_addr_host_text(from, &notice->from);
	printf("%s %s, says %s%s", to, kinds[notice->kind], from,
	    notice->here ? ", here" : "");
	if (notice->payload_max != 0)
		printf(", %u fit", notice->payload_max);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	struct silbo_udp_config config = {.notices = true};
	silbo_time until = silbo_clock_now() + 2 * PATIENCE_NS;
	static uint8_t data[65535];
	struct silbo_notice notice;
	struct silbo_udp udp;
	struct silbo_peer first;
	uint32_t headers;
	int asked = (argc - 3) / 2, err;

	assert_true(argc >= 5);
	config.local = address(strchr(argv[3], ':') ? "::" : "0.0.0.0", 0);
	config.any_size = getenv("ANY_SIZE") != NULL;
	config.hops = (uint8_t)strtoul(argv[2], NULL, 10);
	assert_int_equal(silbo_udp_open(&udp, &config), 0);
	first = address(argv[3], 1);
	printf("first link %u", silbo_addr_mtu(&headers, &first));
	printf(", headers %u\n", headers);
	for (int i = 0; i < asked; i++) {
		struct silbo_peer to = address(argv[3 + 2 * i],
		    (uint16_t)strtoul(argv[4 + 2 * i], NULL, 10));

		err =
		    silbo_udp_send(&udp, data, strtoul(argv[1], NULL, 10), &to);
		if (err != 0)
			printf("%s: not sent, %s\n", argv[3 + 2 * i],
			    silbo_err_name(err));
		asked -= err != 0;
	}
	while (asked > 0 && silbo_wait(&udp.fd, 1, until) == 1) {
		while (silbo_udp_get_notice(&udp, &notice) == 1) {
			print_notice(&notice);
			asked--;
		}
	}
	silbo_udp_close(&udp);
	return asked != 0;
}
