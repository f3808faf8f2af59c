/* SPDX-License-Identifier: MIT */
/*
 * Power spectra of two signals at once: one is the real, the other the
 * imaginary part of a complex transform.
 *
 * Knows one size, which is all the score needs: thirty lines cost a reader less
 * than one more library costs whoever builds.  Refuses to know rates, bands and
 * what the signals are.
 */
#include "score_parts.h"

#include <assert.h>
#include <math.h>

#define PI 3.14159265358979323846
#define SIZE SILBO_SPECTRUM_SIZE

struct complex_frame {
	double re[SIZE];
	double im[SIZE];
};

void
silbo_spectrum_init(struct silbo_spectrum *spectrum)
{
	*spectrum = (struct silbo_spectrum){.cosine = {0}};
	for (int k = 0; k < SIZE / 2; k++) {
		spectrum->cosine[k] = cos(2 * PI * k / SIZE);
		spectrum->sine[k] = -sin(2 * PI * k / SIZE);
	}
}

/* Where sample i goes: its nine bits, read backwards. */
static size_t
reversed(size_t i)
{
	size_t r = 0;

	for (size_t bit = 1; bit < SIZE; bit <<= 1, i >>= 1)
		r = r << 1 | (i & 1);
	return r;
}

/* One butterfly: the places p and q, the latter turned by the angle k. */
static void
cross(const struct silbo_spectrum *s, struct complex_frame *z, size_t p,
    size_t q, size_t k)
{
	double re = z->re[q] * s->cosine[k] - z->im[q] * s->sine[k];
	double im = z->re[q] * s->sine[k] + z->im[q] * s->cosine[k];

	z->re[q] = z->re[p] - re;
	z->im[q] = z->im[p] - im;
	z->re[p] += re;
	z->im[p] += im;
}

/* Cooley and Tukey (1965), radix 2, in place, the input in reversed order. */
static void
transform(const struct silbo_spectrum *s, struct complex_frame *z)
{
	for (size_t half = 1; half < SIZE; half *= 2)
		for (size_t i = 0; i < SIZE; i += 2 * half)
			for (size_t k = 0; k < half; k++)
				cross(s, z, i + k, i + k + half,
				    k * (SIZE / 2 / half));
}

void
silbo_spectrum_put(struct silbo_spectrum *spectrum, const float *sent,
    const float *heard, const double *window, size_t n)
{
	struct complex_frame z = {.re = {0}};

	assert(n <= SIZE);
	for (size_t i = 0; i < n; i++) {
		z.re[reversed(i)] = (double)sent[i] * window[i];
		z.im[reversed(i)] = (double)heard[i] * window[i];
	}
	transform(spectrum, &z);
	/* What is even in the frequency came from `sent`, what is odd times i
	 * from `heard`. */
	for (size_t k = 0; k < SIZE / 2; k++) {
		size_t m = (SIZE - k) % SIZE;
		double re = z.re[k] + z.re[m], im = z.im[k] - z.im[m];

		spectrum->sent[k] = (re * re + im * im) / 4;
		re = z.im[k] + z.im[m];
		im = z.re[m] - z.re[k];
		spectrum->heard[k] = (re * re + im * im) / 4;
	}
}

double
silbo_spectrum_band(const double *power, int from, int to)
{
	double sum = 0;

	for (int k = from; k < to; k++)
		sum += power[k];
	return sum;
}
