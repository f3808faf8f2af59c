/* SPDX-License-Identifier: MIT */
/*
 * Names that people give to parts of a network, and what is said when there is
 * no such part.  Opens no socket.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <silbo/net.h>

#include "cli.h"
#include "network.h"
#include "run.h"

#define INTERFACES_MAX 32

/* What this machine has, as a hint. */
static void
hint_interfaces(const char *name)
{
	struct if_nameindex *list = if_nameindex();
	const char *names[INTERFACES_MAX + 1], *near;
	char text[512] = "", quoted[64];
	size_t count = 0, used = 0;

	for (; list != NULL && list[count].if_index != 0 &&
	     count < INTERFACES_MAX;
	     count++) {
		names[count] = list[count].if_name;
		if (used < sizeof text)
			used += (size_t)snprintf(text + used,
			    sizeof text - used, " %s",
			    cli_quote(quoted, sizeof quoted, names[count]));
	}
	names[count] = NULL;
	near = cli_nearest(name, names);
	if (near != NULL)
		cli_hint("did you mean '%s'?",
		    cli_quote(quoted, sizeof quoted, near));
	else
		cli_hint("this machine has:%s", text);
	if (list != NULL)
		if_freenameindex(list);
}

bool
network_check_interface(const char *name)
{
	char quoted[64];

	if (name == NULL || if_nametoindex(name) != 0)
		return true;
	cli_error("--interface '%s': no such interface",
	    cli_quote(quoted, sizeof quoted, name));
	hint_interfaces(name);
	return false;
}

bool
network_is_down(const char *name)
{
	struct ifaddrs *list = NULL;
	bool down = false;

	if (name == NULL || getifaddrs(&list) != 0)
		return false;
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		if (strcmp(i->ifa_name, name) == 0)
			down = (i->ifa_flags & IFF_UP) == 0;
	freeifaddrs(list);
	return down;
}

bool
network_is_broadcast(const struct silbo_peer *peer)
{
	struct ifaddrs *list = NULL;
	char host[SILBO_ADDR_TEXT_BYTES];
	struct sockaddr_in own, mask;
	struct in_addr wanted;
	bool found;

	silbo_addr_host_text(host, peer);
	if (inet_pton(AF_INET, host, &wanted) != 1)
		return false;
	found = wanted.s_addr == INADDR_BROADCAST;
	if (found || getifaddrs(&list) != 0)
		return found;
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL || i->ifa_netmask == NULL ||
		    i->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&own, i->ifa_addr, sizeof own);
		memcpy(&mask, i->ifa_netmask, sizeof mask);
		/* Of two addresses or one none is left over (RFC 3021). */
		found = found ||
		    (ntohl(~mask.sin_addr.s_addr) > 1 &&
			(own.sin_addr.s_addr | ~mask.sin_addr.s_addr) ==
			    wanted.s_addr);
	}
	freeifaddrs(list);
	return found;
}

bool
network_needs_scope(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, host, &address) == 1 &&
	    IN6_IS_ADDR_LINKLOCAL(&address);
}

bool
network_check_scope(const char *text, const char *host)
{
	const char *mark = strchr(host, '%');
	char address[SILBO_HOST_TEXT_BYTES], quoted[128], name[64];
	struct in6_addr parsed;

	if (mark == NULL)
		return true;
	snprintf(address, sizeof address, "%.*s", (int)(mark - host), host);
	if (inet_pton(AF_INET6, address, &parsed) != 1)
		return true; /* a name: whoever resolves it says what is wrong
		              */
	cli_quote(quoted, sizeof quoted, text);
	cli_quote(name, sizeof name, mark + 1);
	if (!IN6_IS_ADDR_LINKLOCAL(&parsed) &&
	    !IN6_IS_ADDR_MC_LINKLOCAL(&parsed)) {
		cli_error("'%s': only an address of a link (fe80::) needs an "
			  "interface",
		    quoted);
		cli_hint("leave '%%%s' out", name);
		return false;
	}
	if (if_nametoindex(mark + 1) != 0 ||
	    (mark[1] != '\0' &&
		strspn(mark + 1, "0123456789") == strlen(mark + 1)))
		return true;
	cli_error("'%s': no such interface as '%s'", quoted, name);
	hint_interfaces(mark + 1);
	return false;
}

bool
network_check_link(const char *text, const char *host)
{
	char quoted[128];

	if (!network_check_scope(text, host))
		return false;
	if (!network_needs_scope(host))
		return true;
	cli_error("'%s': an address of a link needs the interface to it",
	    cli_quote(quoted, sizeof quoted, text));
	cli_hint("as in %s%%eth0", cli_quote(quoted, sizeof quoted, host));
	return false;
}

bool
network_check_port(const char *const *addresses, size_t count)
{
	char host[SILBO_HOST_TEXT_BYTES], quoted[128];
	uint16_t port;

	if (!cli_was_given("port") || count == 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (addresses[i] == NULL ||
		    silbo_addr_parse(host, &port, addresses[i], 0) < 0 ||
		    port == 0)
			return true;
	cli_error("--port: '%s' names a port, too",
	    cli_quote(quoted, sizeof quoted, addresses[0]));
	cli_hint("leave one of the two out");
	return false;
}

/* RFC 2474 CS, RFC 2597 AF, RFC 3246 EF, RFC 5865 VOICE-ADMIT, RFC 8622 LE. */
static const struct {
	const char *name;
	uint8_t dscp;
} classes[] = {
    {"BE", 0},
    {"DF", 0},
    {"LE", 1},
    {"VA", 44},
    {"EF", 46},
    {"CS0", 0},
    {"CS1", 8},
    {"CS2", 16},
    {"CS3", 24},
    {"CS4", 32},
    {"CS5", 40},
    {"CS6", 48},
    {"CS7", 56},
    {"AF11", 10},
    {"AF12", 12},
    {"AF13", 14},
    {"AF21", 18},
    {"AF22", 20},
    {"AF23", 22},
    {"AF31", 26},
    {"AF32", 28},
    {"AF33", 30},
    {"AF41", 34},
    {"AF42", 36},
    {"AF43", 38},
};

bool
network_parse_dscp(uint8_t *dscp, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	char quoted[64];
	unsigned number = 0;

	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		if (strcasecmp(text, classes[i].name) != 0)
			continue;
		*dscp = classes[i].dscp;
		return true;
	}
	for (size_t i = 0; i < digits && i < 3; i++)
		number = number * 10 + (unsigned)(text[i] - '0');
	*dscp = (uint8_t)number;
	if (digits >= 1 && digits <= 2 && text[digits] == '\0' && number <= 63)
		return true;
	cli_error("--dscp '%s': no such class",
	    cli_quote(quoted, sizeof quoted, text));
	cli_hint("EF for voice, AF11 to AF43, CS0 to CS7, LE, VA, or 0 to 63");
	return false;
}

void
network_refuse_address(const char *what, const char *text, const char *kind,
    int err, const char *hint)
{
	char quoted[128], port[64];
	const char *colon = strrchr(text, ':');

	cli_quote(quoted, sizeof quoted, text);
	if (err != SILBO_ERR_PORT || colon == NULL) {
		cli_error("%s'%s' is not %s", what, quoted, kind);
		cli_hint("%s", hint);
	} else if (colon[1] == '\0') {
		cli_error("%s'%s': no port behind the colon", what, quoted);
		cli_hint("1 to 65535, or leave the colon out");
	} else {
		cli_error("%s'%s': '%s' is not a port: 1 to 65535", what,
		    quoted, cli_quote(port, sizeof port, colon + 1));
		cli_hint("leave it out to use --port, or 7587");
	}
}

void
network_tell_interface(const struct silbo_peer *group, const char *verb)
{
	char name[SILBO_INTERFACE_TEXT_BYTES], host[SILBO_ADDR_TEXT_BYTES];
	char quoted[64];

	silbo_addr_host_text(host, group);
	if (silbo_addr_interface(name, group) == 0) {
		cli_note("group %s is %s through %s, by the routes", host, verb,
		    cli_quote(quoted, sizeof quoted, name));
		cli_hint("--interface NAME chooses");
		return;
	}
	cli_note("no route leads to the group %s", host);
	cli_hint("name the interface: --interface NAME");
}

/* From an answer that is in a file of this machine to one of a server. */
#define LOOK_FIRST SILBO_NS_PER_MS
#define LOOK_LAST (50 * SILBO_NS_PER_MS)

int
network_resolve(struct silbo_peer *out, const char *host, uint16_t port,
    enum silbo_family family, int signals, const char **why)
{
	static char reason[128];
	struct silbo_lookup *lookup;
	silbo_time pause = LOOK_FIRST;
	int count;

	/* Without a thread we wait as long as it takes. */
	if (silbo_addr_is_numeric(host) ||
	    silbo_lookup_open(&lookup, host, port, family) != 0)
		return silbo_addr_resolve(
		    out, SILBO_LOOKUP_MAX, host, port, family, why);
	for (;;) {
		count = silbo_lookup_get(lookup, out, SILBO_LOOKUP_MAX, why);
		if (count != 0 || run_wish(signals) == RUN_STOP)
			break;
		/* What could fail here fails in the loop, and is told there. */
		(void)!silbo_wait(&signals, 1, silbo_clock_now() + pause);
		pause = run_earlier(2 * pause, LOOK_LAST);
	}
	if (count < 0) { /* the text ends with the lookup */
		snprintf(reason, sizeof reason, "%s", *why);
		*why = reason;
	}
	silbo_lookup_close(lookup);
	return count;
}
