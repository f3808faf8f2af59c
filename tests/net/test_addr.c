/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <errno.h>
#include <unistd.h>

#include <silbo/net.h>

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X255 X50 X50 X50 X50 X50 "xxxxx"

static const struct {
	int row;
	const char *text;
	const char *host; /* NULL: refused */
	uint16_t port;    /* 7 is the default */
	int result;
} forms[] = {
    {1, "studio.local", "studio.local", 7, 0},
    {2, "studio.local:80", "studio.local", 80, 0},
    {3, "192.0.2.9", "192.0.2.9", 7, 0},
    {4, "192.0.2.9:1", "192.0.2.9", 1, 0},
    {5, "192.0.2.9:65535", "192.0.2.9", 65535, 0},
    {6, "[2001:db8::1]", "2001:db8::1", 7, 0},
    {7, "[2001:db8::1]:7587", "2001:db8::1", 7587, 0},
    {8, "2001:db8::1", "2001:db8::1", 7, 0},
    {9, "::1", "::1", 7, 0},
    {10, "::", "::", 7, 0},
    {11, "[::]:9", "::", 9, 0},
    {12, "fe80::1%eth0", "fe80::1%eth0", 7, 0},
    {13, "[fe80::1%eth0]:9", "fe80::1%eth0", 9, 0},
    {14, "::ffff:192.0.2.9", "::ffff:192.0.2.9", 7, 0},
    {15, ":9", "", 9, 0},
    {16, X255, X255, 7, 0},
    {17, X255 ":9", X255, 9, 0},
    {18, "host:00009", "host", 9, 0},
    {19, "2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1", 7, 0},
    {20, "", "", 7, 0},

    {31, ":", NULL, 0, SILBO_ERR_PORT},
    {32, "host:", NULL, 0, SILBO_ERR_PORT},
    {33, "host:0", NULL, 0, SILBO_ERR_PORT},
    {34, "host:65536", NULL, 0, SILBO_ERR_PORT},
    {35, "host:4294967376", NULL, 0, SILBO_ERR_PORT}, /* 80 + 2^32 */
    {36, "host:-1", NULL, 0, SILBO_ERR_PORT},
    {37, "host:+80", NULL, 0, SILBO_ERR_PORT},
    {38, "host: 80", NULL, 0, SILBO_ERR_PORT},
    {39, "host:80 ", NULL, 0, SILBO_ERR_PORT},
    {40, "host:0x50", NULL, 0, SILBO_ERR_PORT},
    {41, "host:http", NULL, 0, SILBO_ERR_PORT},
    {42, "host:000080", NULL, 0, SILBO_ERR_PORT},
    {43, "a:b:c", NULL, 0, SILBO_ERR_NAME},
    {44, "192.0.2.9:80:81", NULL, 0, SILBO_ERR_NAME},
    {45, "udp://host:80", NULL, 0, SILBO_ERR_NAME},
    {46, "[::1", NULL, 0, SILBO_ERR_NAME},
    {47, "[]", NULL, 0, SILBO_ERR_NAME},
    {48, "[]:80", NULL, 0, SILBO_ERR_NAME},
    {49, "[::1]80", NULL, 0, SILBO_ERR_NAME},
    {50, "[::1]:", NULL, 0, SILBO_ERR_PORT},
    {51, "[::1]:0", NULL, 0, SILBO_ERR_PORT},
    {52, "[::1]]:80", NULL, 0, SILBO_ERR_NAME},
    {53, "[host]:80", NULL, 0, SILBO_ERR_NAME},
    {54, "[192.0.2.9]:80", NULL, 0, SILBO_ERR_NAME},
    {55, "2001:db8:0:0:0:0:0:0:1", NULL, 0, SILBO_ERR_NAME},
    {56, X255 "x", NULL, 0, SILBO_ERR_NAME},
    {57, X255 "x:9", NULL, 0, SILBO_ERR_NAME},
    {58, ":::", NULL, 0, SILBO_ERR_NAME},
    {59, "[" X255 "x]", NULL, 0, SILBO_ERR_NAME},
    {60, "127.0.0.1:99999", NULL, 0, SILBO_ERR_PORT},
    {61, "[::1]:99999", NULL, 0, SILBO_ERR_PORT},
    {62, "::1:99999", NULL, 0, SILBO_ERR_NAME},
};

static void
every_form_of_host_and_port_is_split_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		char host[SILBO_HOST_TEXT_BYTES];
		uint16_t port = 0;
		int got = silbo_addr_parse(host, &port, forms[i].text, 7);

		if (got != forms[i].result)
			fail_msg("row %d: \"%s\" gave %d", forms[i].row,
			    forms[i].text, got);
		if (got != 0)
			continue;
		assert_string_equal(host, forms[i].host);
		if (port != forms[i].port)
			fail_msg("row %d: port %d", forms[i].row, port);
	}
}

/* Fixed addresses of one family, out and back through the text. */
static const struct {
	int row;
	const char *host;
	enum silbo_family family;
	const char *text; /* with port 40112; NULL: does not resolve */
} addresses[] = {
    {1, "127.0.0.1", SILBO_FAMILY_ANY, "127.0.0.1:40112"},
    {2, "192.0.2.9", SILBO_FAMILY_V4, "192.0.2.9:40112"},
    {3, "::1", SILBO_FAMILY_ANY, "[::1]:40112"},
    {4, "::1", SILBO_FAMILY_V6, "[::1]:40112"},
    {5, "2001:db8::1", SILBO_FAMILY_ANY, "[2001:db8::1]:40112"},
    {6, "2001:DB8:0:0:0:0:0:1", SILBO_FAMILY_ANY, "[2001:db8::1]:40112"},
    {7, "::ffff:192.0.2.9", SILBO_FAMILY_V6, "192.0.2.9:40112"},
    {8, "fe80::1%lo", SILBO_FAMILY_ANY, "[fe80::1%lo]:40112"},
    {9, "0.0.0.0", SILBO_FAMILY_ANY, "0.0.0.0:40112"},
    {10, "::", SILBO_FAMILY_ANY, "[::]:40112"},

    {20, "127.0.0.1", SILBO_FAMILY_V6, NULL},
    {21, "::1", SILBO_FAMILY_V4, NULL},
    {22, "no..name", SILBO_FAMILY_ANY, NULL}, /* no server is asked */
};

static void
numeric_addresses_resolve_and_come_back_as_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct silbo_peer peer[4];
		char text[SILBO_ADDR_TEXT_BYTES];
		const char *why = NULL;
		int n = silbo_addr_resolve(peer, COUNT(peer), addresses[i].host,
		    40112, addresses[i].family, &why);

		if (n != (addresses[i].text != NULL ? 1 : SILBO_ERR_NAME))
			fail_msg("row %d: %d (%s)", addresses[i].row, n,
			    why != NULL ? why : "no reason");
		if (n < 0) {
			assert_non_null(why);
			assert_true(why[0] != '\0');
			continue;
		}
		silbo_addr_text(text, &peer[0]);
		assert_string_equal(text, addresses[i].text);
		assert_int_equal(silbo_addr_port(&peer[0]), 40112);
	}
}

/* A minimal system has no /etc/hosts, and then no localhost at all. */
static void
skip_without_localhost(void)
{
	if (access("/etc/hosts", R_OK) == 0)
		return;
	print_message("SKIP: net.addr: no /etc/hosts, so no localhost\n");
	skip();
}

static void
numbers_are_told_from_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++)
		assert_int_equal(silbo_addr_is_numeric(addresses[i].host),
		    addresses[i].row < 22);
	assert_false(silbo_addr_is_numeric("localhost"));
	assert_false(silbo_addr_is_numeric(""));
	assert_false(silbo_addr_is_numeric("192.0.2"));
}

static void
localhost_resolves_without_a_network(void **state)
{
	struct silbo_peer peer[8];
	const char *why = NULL;
	int n;

	(void)state;
	skip_without_localhost();
	n = silbo_addr_resolve(
	    peer, COUNT(peer), "localhost", 9, SILBO_FAMILY_ANY, &why);
	assert_true(n >= 1);
	for (int i = 0; i < n; i++) {
		char text[SILBO_ADDR_TEXT_BYTES];

		silbo_addr_text(text, &peer[i]);
		assert_true(strcmp(text, "[::1]:9") == 0 ||
		    strncmp(text, "127.", 4) == 0);
	}
}

static void
no_more_addresses_are_given_than_fit(void **state)
{
	struct silbo_peer peer[2];
	const char *why = NULL;

	(void)state;
	memset(peer, 0xa5, sizeof peer);
	assert_int_equal(
	    silbo_addr_resolve(peer, 1, "", 9, SILBO_FAMILY_ANY, &why), 1);
	assert_int_equal(peer[1].len, 0xa5);
	skip_without_localhost();
	assert_int_equal(
	    silbo_addr_resolve(peer, 1, "localhost", 9, SILBO_FAMILY_ANY, &why),
	    1);
	assert_int_equal(peer[1].len, 0xa5);
}

/*
 * The linker puts these in the place of the resolver (--wrap), for one name:
 * "scripted" answers with what the row says, and keeps the flags it saw.
 */
#define QUESTIONS_MAX 4

static struct {
	int answers[QUESTIONS_MAX]; /* 0 or EAI_* */
	int flags[QUESTIONS_MAX];
	int asked;
	int error; /* errno behind EAI_SYSTEM */
} script;

static struct sockaddr_in scripted_v4[] = {
    {.sin_family = AF_INET, .sin_addr = {.s_addr = 0x01010101}},
    {.sin_family = AF_INET, .sin_addr = {.s_addr = 0x02020202}},
};
static struct addrinfo scripted_list[] = {
    {.ai_addr = (struct sockaddr *)&scripted_v4[1]},
    {.ai_addr = (struct sockaddr *)&scripted_v4[0]},
    {.ai_addr = (struct sockaddr *)&scripted_v4[1]},
    {.ai_addr = (struct sockaddr *)&scripted_v4[0]},
};

int __real_getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **list);
void __real_freeaddrinfo(struct addrinfo *list);
void __wrap_freeaddrinfo(struct addrinfo *list);

int
__wrap_getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **list)
{
	int answer;

	if (strcmp(host, "scripted") != 0)
		return __real_getaddrinfo(host, service, hints, list);
	assert_true(script.asked < QUESTIONS_MAX);
	script.flags[script.asked] = hints->ai_flags;
	answer = script.answers[script.asked++];
	errno = script.error;
	if (answer != 0)
		return answer;
	for (size_t i = 0; i < COUNT(scripted_list); i++) {
		scripted_list[i].ai_addrlen = sizeof scripted_v4[0];
		scripted_list[i].ai_next =
		    i + 1 < COUNT(scripted_list) ? &scripted_list[i + 1] : NULL;
	}
	*list = scripted_list;
	return 0;
}

void
__wrap_freeaddrinfo(struct addrinfo *list)
{
	if (list != scripted_list)
		__real_freeaddrinfo(list);
}

static const struct {
	int row;
	int answers[QUESTIONS_MAX];
	int asked, result;
} resolutions[] = {
    {1, {EAI_NONAME, 0}, 2, 2},
    {2, {EAI_NONAME, EAI_NONAME, 0}, 3, 2},
    {3, {EAI_NONAME, EAI_ADDRFAMILY, 0}, 3, 2},
    {4, {EAI_NONAME, EAI_NONAME, EAI_NONAME}, 3, SILBO_ERR_NAME},
    {5, {EAI_NONAME, EAI_AGAIN}, 2, SILBO_ERR_NAME},
    {6, {EAI_NONAME, EAI_SYSTEM, EAI_SYSTEM}, 3, SILBO_ERR_NAME},
};

static void
a_name_is_asked_for_again_only_where_that_may_help(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(resolutions); i++) {
		struct silbo_peer peer[4];
		const char *why = NULL;
		int n;

		memset(&script, 0, sizeof script);
		memcpy(script.answers, resolutions[i].answers,
		    sizeof script.answers);
		n = silbo_addr_resolve(
		    peer, COUNT(peer), "scripted", 9, SILBO_FAMILY_ANY, &why);
		if (n != resolutions[i].result ||
		    script.asked != resolutions[i].asked)
			fail_msg("row %d: %d after %d questions",
			    resolutions[i].row, n, script.asked);
		assert_true((script.flags[0] & AI_NUMERICHOST) != 0);
		assert_true((script.flags[1] & AI_ADDRCONFIG) != 0);
		assert_int_equal(script.flags[2] & AI_ADDRCONFIG, 0);
		if (n < 0)
			assert_string_equal(why,
			    gai_strerror(script.answers[script.asked - 1]));
	}
}

static void
what_the_system_refused_is_named_by_its_errno(void **state)
{
	static const struct {
		int answer, error;
		const char *why; /* NULL: the resolver's */
	} rows[] = {
	    /* 1 */ {EAI_SYSTEM, EMFILE, "Too many open files"},
	    /* 2 */ {EAI_SYSTEM, EACCES, "Permission denied"},
	    /* 3 */ {EAI_SYSTEM, 0, NULL},
	    /* 4 */ {EAI_NONAME, EMFILE, NULL},
	    /* 5 */ {EAI_AGAIN, EMFILE, NULL},
	};

	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		struct silbo_peer peer;
		const char *why = NULL;

		memset(&script, 0, sizeof script);
		for (size_t q = 0; q < QUESTIONS_MAX; q++)
			script.answers[q] = rows[r].answer;
		script.error = rows[r].error;
		assert_int_equal(silbo_addr_resolve(&peer, 1, "scripted", 9,
				     SILBO_FAMILY_ANY, &why),
		    SILBO_ERR_NAME);
		assert_string_equal(why,
		    rows[r].why != NULL ? rows[r].why
					: gai_strerror(rows[r].answer));
	}
}

static void
the_resolvers_order_is_kept_and_each_address_given_once(void **state)
{
	struct silbo_peer peer[4];
	char text[SILBO_ADDR_TEXT_BYTES];
	const char *why = NULL;

	(void)state;
	memset(&script, 0, sizeof script);
	assert_int_equal(silbo_addr_resolve(peer, COUNT(peer), "scripted", 9,
			     SILBO_FAMILY_ANY, &why),
	    2);
	silbo_addr_text(text, &peer[0]);
	assert_string_equal(text, "2.2.2.2:0");
	silbo_addr_text(text, &peer[1]);
	assert_string_equal(text, "1.1.1.1:0");
}

static const struct {
	enum silbo_family family;
	int count;
	const char *text[2];
} wildcards[] = {
    {SILBO_FAMILY_ANY, 2, {"[::]:7587", "0.0.0.0:7587"}},
    {SILBO_FAMILY_V6, 1, {"[::]:7587", NULL}},
    {SILBO_FAMILY_V4, 1, {"0.0.0.0:7587", NULL}},
};

static void
no_host_means_the_wildcards_ipv6_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wildcards); i++) {
		struct silbo_peer peer[4];
		const char *why = NULL;
		int n = silbo_addr_resolve(peer, COUNT(peer), "",
		    SILBO_PORT_DEFAULT, wildcards[i].family, &why);

		assert_int_equal(n, wildcards[i].count);
		for (int j = 0; j < n; j++) {
			char text[SILBO_ADDR_TEXT_BYTES];

			silbo_addr_text(text, &peer[j]);
			assert_string_equal(text, wildcards[i].text[j]);
		}
	}
}

/* The longest address of all fits: 39 of address, % and the interface. */
static void
the_longest_text_fits(void **state)
{
	const char *host = "fe80:1111:2222:3333:4444:5555:6666:7777%lo";
	struct silbo_peer peer;
	char text[SILBO_ADDR_TEXT_BYTES];
	const char *why = NULL;

	(void)state;
	assert_true(39 + 1 + (IF_NAMESIZE - 1) + strlen("[]:65535") + 1 <=
	    SILBO_ADDR_TEXT_BYTES);
	assert_int_equal(
	    silbo_addr_resolve(&peer, 1, host, 65535, SILBO_FAMILY_ANY, &why),
	    1);
	silbo_addr_text(text, &peer);
	assert_string_equal(
	    text, "[fe80:1111:2222:3333:4444:5555:6666:7777%lo]:65535");
}

static void
an_unknown_peer_has_a_text_and_no_port(void **state)
{
	struct silbo_peer nobody = {.len = 0};
	char text[SILBO_ADDR_TEXT_BYTES];

	(void)state;
	silbo_addr_text(text, &nobody);
	assert_string_equal(text, "unknown");
	assert_int_equal(silbo_addr_port(&nobody), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_of_host_and_port_is_split_or_refused),
	    cmocka_unit_test(numeric_addresses_resolve_and_come_back_as_text),
	    cmocka_unit_test(numbers_are_told_from_names),
	    cmocka_unit_test(localhost_resolves_without_a_network),
	    cmocka_unit_test(
		a_name_is_asked_for_again_only_where_that_may_help),
	    cmocka_unit_test(what_the_system_refused_is_named_by_its_errno),
	    cmocka_unit_test(
		the_resolvers_order_is_kept_and_each_address_given_once),
	    cmocka_unit_test(no_more_addresses_are_given_than_fit),
	    cmocka_unit_test(no_host_means_the_wildcards_ipv6_first),
	    cmocka_unit_test(the_longest_text_fits),
	    cmocka_unit_test(an_unknown_peer_has_a_text_and_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
