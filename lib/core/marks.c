/* SPDX-License-Identifier: MIT */
/*
 * Counts what is to be seen of a path in the IP headers of what came through
 * it.
 *
 * It refuses to know how they were sent, so it does not say who changed them.
 */
#include <silbo/marks.h>

#define CE 3 /* RFC 3168: congestion experienced */

void
silbo_marks_init(struct silbo_marks *marks)
{
	*marks = (struct silbo_marks){
	    .tos = -1, .ttl = -1, .ttl_min = -1, .ttl_max = -1};
}

static bool
differ(int a, int b)
{
	return a >= 0 && b >= 0 && a != b;
}

static void
note_tos(struct silbo_marks *marks, int tos)
{
	if (tos < 0)
		return;
	marks->congested += (tos & CE) == CE;
	marks->classes |= (uint64_t)1 << (tos >> 2);
	marks->tos = tos;
}

static void
note_ttl(struct silbo_marks *marks, int ttl)
{
	if (ttl < 0)
		return;
	if (marks->ttl < 0 || ttl < marks->ttl_min)
		marks->ttl_min = ttl;
	if (ttl > marks->ttl_max)
		marks->ttl_max = ttl;
	marks->ttl = ttl;
}

void
silbo_marks_on_arrival(struct silbo_marks *marks, int tos, int ttl)
{
	bool other_hops = differ(ttl, marks->ttl), other_class;

	if (tos > 255) /* not of an IP header */
		tos = -1;
	other_class = differ(
	    tos < 0 ? -1 : tos >> 2, marks->tos < 0 ? -1 : marks->tos >> 2);
	marks->changes += other_hops || other_class;
	if (other_hops || differ(tos, marks->tos))
		marks->changed = true;
	note_tos(marks, tos);
	note_ttl(marks, ttl);
}

unsigned
silbo_marks_classes(const struct silbo_marks *marks)
{
	unsigned count = 0;

	for (uint64_t left = marks->classes; left != 0; left &= left - 1)
		count++;
	return count;
}
