/* SPDX-License-Identifier: MIT */
/*
 * The order of events beside a list that is searched from end to end, and what
 * it costs.
 */
#include "testing.h"

#include "heap.h"

#define MOVABLE 40u
#define ITEMS 400u

struct listed {
	silbo_time at;
	uint64_t order;
	uint32_t item;
};

struct list {
	struct listed entries[ITEMS];
	size_t count;
	uint64_t order;
};

static size_t
list_find(const struct list *list, uint32_t item)
{
	size_t i = 0;

	while (i < list->count && list->entries[i].item != item)
		i++;
	return i;
}

static void
list_remove(struct list *list, uint32_t item)
{
	size_t i = list_find(list, item);

	if (i < list->count)
		list->entries[i] = list->entries[--list->count];
}

static void
list_put(struct list *list, uint32_t item, silbo_time at)
{
	size_t i = list_find(list, item);

	if (i < list->count && list->entries[i].at == at)
		return;
	list_remove(list, item);
	list->entries[list->count++] = (struct listed){at, list->order++, item};
}

static struct listed
list_get(struct list *list)
{
	struct listed first = list->entries[0];

	for (size_t i = 1; i < list->count; i++) {
		const struct listed *e = &list->entries[i];

		if (e->at < first.at ||
		    (e->at == first.at && e->order < first.order))
			first = *e;
	}
	list_remove(list, first.item);
	return first;
}

static void
step(struct silbo_heap *heap, struct list *list, uint64_t *random)
{
	uint32_t item = (uint32_t)test_below(random, ITEMS);
	silbo_time at = test_below(random, 50);

	if (test_below(random, 5) == 0) {
		silbo_heap_remove(heap, item % MOVABLE);
		list_remove(list, item % MOVABLE);
	} else if (test_below(random, 2) == 0 && list->count > 0) {
		struct listed want = list_get(list);

		assert_int_equal(silbo_heap_first(heap)->item, want.item);
		assert_int_equal(silbo_heap_get(heap).at, want.at);
	} else if (item < MOVABLE || list_find(list, item) == list->count) {
		silbo_heap_put(heap, item, at);
		list_put(list, item, at);
	}
	assert_int_equal(heap->count, list->count);
}

static void
events_come_as_from_a_list_that_is_searched(void **state)
{
	void *mem = malloc(silbo_heap_size(MOVABLE, ITEMS));
	uint64_t seed = test_seed(1);

	(void)state;
	for (uint64_t i = seed; i < seed + 50; i++) {
		static struct list list;
		struct silbo_heap heap;
		uint64_t random = i;

		memset(&list, 0, sizeof(list));
		silbo_heap_init(&heap, mem, MOVABLE, ITEMS);
		for (int n = 0; n < 2000; n++)
			step(&heap, &list, &random);
		while (list.count > 0)
			assert_int_equal(
			    silbo_heap_get(&heap).item, list_get(&list).item);
		assert_null(silbo_heap_first(&heap));
	}
	free(mem);
}

/* Comparisons of one put and one get with so many events in it. */
static double
cost(uint32_t events)
{
	const uint32_t rounds = 20000;
	void *mem = malloc(silbo_heap_size(0, events + 1));
	uint64_t random = test_seed(2), before;
	struct silbo_heap heap;

	silbo_heap_init(&heap, mem, 0, events + 1);
	for (uint32_t i = 0; i < events; i++)
		silbo_heap_put(&heap, i, test_below(&random, 1 << 20));
	before = heap.compared;
	for (uint32_t i = 0; i < rounds; i++) {
		silbo_heap_put(&heap, events,
		    silbo_heap_first(&heap)->at + test_below(&random, 1 << 20));
		(void)silbo_heap_get(&heap);
	}
	before = heap.compared - before;
	free(mem);
	return (double)before / rounds;
}

static void
a_thousand_times_the_events_cost_what_the_logarithm_says(void **state)
{
	double few = cost(64), many = cost(65536);

	/* Levels of a heap of four branches: 3 and 8; three comparisons on
	 * each to find the first of four, one to stop, and those of the put. */
	(void)state;
	assert_true(few > 4 && few < 3 * 4 + 8);
	assert_true(many < 8 * 4 + 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_come_as_from_a_list_that_is_searched),
	    cmocka_unit_test(
		a_thousand_times_the_events_cost_what_the_logarithm_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
