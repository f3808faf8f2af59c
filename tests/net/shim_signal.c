/* SPDX-License-Identifier: MIT */
/*
 * Preloaded (LD_PRELOAD): the signal whose number is $SHIM_SIGNAL comes while
 * the program has only just begun, as it sets up libsodium.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int sodium_init(void);

int
sodium_init(void)
{
	int (*next)(void);

	*(void **)&next = dlsym(RTLD_NEXT, "sodium_init");
	(void)kill(getpid(), (int)strtol(getenv("SHIM_SIGNAL"), NULL, 10));
	return next();
}
