/* SPDX-License-Identifier: MIT */
/*
 * Addresses: from what people type to what a socket takes, and back.
 *
 * Decides which forms of host and port exist, and the order in which the
 * addresses of a name are tried (the resolver's, RFC 6724).  It opens no socket
 * and so does not know which of them works.
 */
#include <silbo/net.h>

#include "sockaddr.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>

/* Digits only: strtoul would take a sign, blanks and hexadecimal. */
static int
parse_port(uint16_t *port, const char *text)
{
	unsigned value = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return SILBO_ERR_PORT;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	if (value < 1 || value > UINT16_MAX)
		return SILBO_ERR_PORT;
	*port = (uint16_t)value;
	return 0;
}

static bool
copy_host(char host[SILBO_HOST_TEXT_BYTES], const char *from, size_t len)
{
	if (len >= SILBO_HOST_TEXT_BYTES)
		return false;
	memcpy(host, from, len);
	host[len] = '\0';
	return true;
}

/* An IPv6 address, with or without "%scope"; whether the scope exists is for
 * the resolver. */
static bool
is_v6(const char *host)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr ignored;
	size_t len = strcspn(host, "%");

	if (len >= sizeof address)
		return false;
	memcpy(address, host, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, &ignored) == 1;
}

/* "[v6]" or "[v6]:port" */
static int
parse_bracketed(
    char host[SILBO_HOST_TEXT_BYTES], uint16_t *port, const char *text)
{
	const char *end = strchr(text, ']');

	if (end == NULL ||
	    !copy_host(host, text + 1, (size_t)(end - text - 1)) ||
	    !is_v6(host))
		return SILBO_ERR_NAME;
	if (end[1] == '\0')
		return 0;
	return end[1] == ':' ? parse_port(port, end + 2) : SILBO_ERR_NAME;
}

/* One colon separates a port; two or more are those of an IPv6 address. */
static int
parse_open(char host[SILBO_HOST_TEXT_BYTES], uint16_t *port, const char *text)
{
	const char *colon = strchr(text, ':');
	bool many = colon != NULL && strchr(colon + 1, ':') != NULL;
	size_t len =
	    colon == NULL || many ? strlen(text) : (size_t)(colon - text);

	if (!copy_host(host, text, len) || (many && !is_v6(host)))
		return SILBO_ERR_NAME;
	return colon == NULL || many ? 0 : parse_port(port, colon + 1);
}

int
silbo_addr_parse(char host[SILBO_HOST_TEXT_BYTES], uint16_t *port,
    const char *text, uint16_t default_port)
{
	*port = default_port;
	return text[0] == '[' ? parse_bracketed(host, port, text)
			      : parse_open(host, port, text);
}

bool
silbo_addr_is_numeric(const char *host)
{
	struct in_addr ignored;

	return is_v6(host) || inet_pton(AF_INET, host, &ignored) == 1;
}

/* Both wildcards: a machine without IPv6 refuses the first when it is bound. */
static int
wildcards(
    struct silbo_peer *out, size_t cap, uint16_t port, enum silbo_family family)
{
	union address v6 = {.v6 = {.sin6_family = AF_INET6}};
	union address v4 = {.v4 = {.sin_family = AF_INET}};
	size_t n = 0;

	v6.v6.sin6_port = htons(port);
	v4.v4.sin_port = htons(port);
	if (family != SILBO_FAMILY_V4)
		peer_set(&out[n++], &v6);
	if (family != SILBO_FAMILY_V6 && n < cap)
		peer_set(&out[n++], &v4);
	return (int)n;
}

/*
 * Three questions until one is answered.  A numeric address asks nobody.
 * AI_ADDRCONFIG keeps IPv6 addresses from a machine that has no IPv6 to reach
 * them with; but loopback does not count as having it, and without a network
 * not even localhost would resolve: so the last question does without.
 * EAI_AGAIN is the name server's silence, and asking again would only double
 * the wait.
 */
static int
look_up(struct addrinfo **list, const char *host, const char *service,
    enum silbo_family family)
{
	static const int flags[] = {AI_NUMERICHOST, AI_ADDRCONFIG, 0};
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
	int failure = EAI_NONAME;

	if (family != SILBO_FAMILY_ANY)
		hints.ai_family =
		    family == SILBO_FAMILY_V4 ? AF_INET : AF_INET6;
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		hints.ai_flags = AI_NUMERICSERV | flags[i];
		failure = getaddrinfo(host, service, &hints, list);
		if (failure == 0 || failure == EAI_AGAIN)
			break;
	}
	return failure;
}

/* In words.  EAI_SYSTEM means: see errno, which may say nothing either. */
static const char *
reason(int failure, int error)
{
	return failure == EAI_SYSTEM && error != 0 ? strerror(error)
						   : gai_strerror(failure);
}

/* Keep the order; a name that stands twice in /etc/hosts comes twice. */
static size_t
take_unique(struct silbo_peer *out, size_t cap, const struct addrinfo *list)
{
	size_t n = 0, i;

	for (; list != NULL && n < cap; list = list->ai_next) {
		union address address = {.sa = {.sa_family = AF_UNSPEC}};

		if (list->ai_addrlen > sizeof address)
			continue;
		memcpy(&address, list->ai_addr, list->ai_addrlen);
		peer_set(&out[n], &address);
		for (i = 0; memcmp(&out[i], &out[n], sizeof out[n]) != 0;)
			i++;
		if (i == n && out[n].len != 0)
			n++;
	}
	return n;
}

int
silbo_addr_resolve(struct silbo_peer *out, size_t cap, const char *host,
    uint16_t port, enum silbo_family family, const char **why)
{
	struct addrinfo *list = NULL;
	char service[6];
	int failure;
	size_t n;

	assert(cap >= 1);
	if (host[0] == '\0')
		return wildcards(out, cap, port, family);
	(void)snprintf(service, sizeof service, "%u", (unsigned)port);
	failure = look_up(&list, host, service, family);
	if (failure != 0) {
		*why = reason(failure, errno);
		return SILBO_ERR_NAME;
	}
	n = take_unique(out, cap, list);
	freeaddrinfo(list);
	if (n == 0) {
		*why = gai_strerror(EAI_ADDRFAMILY);
		return SILBO_ERR_NAME;
	}
	return (int)n;
}

/* An IPv4 address in its IPv6 clothes (RFC 4291 section 2.5.5.2) becomes what
 * people know it as. */
static void
undress(union address *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	if (address->sa.sa_family != AF_INET6 ||
	    !IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
		return;
	v4.sin_port = address->v6.sin6_port;
	memcpy(&v4.sin_addr, &address->v6.sin6_addr.s6_addr[12],
	    sizeof v4.sin_addr);
	address->v4 = v4;
}

void
silbo_addr_host_text(
    char out[SILBO_ADDR_TEXT_BYTES], const struct silbo_peer *peer)
{
	union address address;
	socklen_t len = peer_get(&address, peer);

	undress(&address);
	len = address.sa.sa_family == AF_INET ? sizeof address.v4 : len;
	if (getnameinfo(&address.sa, len, out, SILBO_ADDR_TEXT_BYTES, NULL, 0,
		NI_NUMERICHOST) != 0)
		(void)snprintf(out, SILBO_ADDR_TEXT_BYTES, "unknown");
}

void
silbo_addr_text(char out[SILBO_ADDR_TEXT_BYTES], const struct silbo_peer *peer)
{
	char host[SILBO_ADDR_TEXT_BYTES];
	const char *form;

	silbo_addr_host_text(host, peer);
	if (strcmp(host, "unknown") == 0) {
		memcpy(out, host, sizeof host);
		return;
	}
	/* 39 of address, 16 of scope, 8 of port and brackets: 63 at most. */
	form = strchr(host, ':') == NULL ? "%s:%u" : "[%s]:%u";
	(void)snprintf(out, SILBO_ADDR_TEXT_BYTES, form, host,
	    (unsigned)silbo_addr_port(peer));
}

uint16_t
silbo_addr_port(const struct silbo_peer *peer)
{
	union address address;

	(void)peer_get(&address, peer);
	switch (address.sa.sa_family) {
	case AF_INET:
		return ntohs(address.v4.sin_port);
	case AF_INET6:
		return ntohs(address.v6.sin6_port);
	default:
		return 0;
	}
}
