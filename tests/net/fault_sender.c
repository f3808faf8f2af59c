/* SPDX-License-Identifier: MIT */
/*
 * For send_faults.sh: sends five datagrams to a socket of its own, prints what
 * became of each send and, last, how many arrived.
 */
#include "net/sockets.h"

#include <silbo/err.h>

#include <string.h>

#define DATAGRAMS 5

static int
count_arrived(struct silbo_udp *rx)
{
	struct silbo_arrival arrival;
	uint8_t buf[8];
	int n = 0;

	while (silbo_udp_recv(
		   rx, &arrival, buf, sizeof buf, silbo_clock_now()) == 1)
		n++;
	return n;
}

int
main(void)
{
	struct silbo_udp rx, tx;
	struct silbo_peer to;
	uint8_t data[4] = {0};

	if (!open_bound(&rx, "127.0.0.1", 0))
		return 1;
	to = local_of(&rx);
	open_connected(&tx, &to);
	for (int n = 1; n <= DATAGRAMS; n++) {
		int err = silbo_udp_send(&tx, data, sizeof data, NULL);

		printf("%d %s%s", n, err == 0 ? "sent" : "not sent, ",
		    err == 0 ? "" : silbo_err_name(err));
		if (err != 0)
			printf(": %s", strerrorname_np(errno));
		putchar('\n');
	}
	printf("%d arrived\n", count_arrived(&rx));
	close_pair(&rx, &tx);
	return 0;
}
