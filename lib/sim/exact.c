/* SPDX-License-Identifier: MIT */
/*
 * Elementary functions from + - * / only.  The rounding of each of those is
 * fixed by IEEE 754, so the result is too, as long as the compiler keeps to
 * doubles (asserted here) and fuses nothing (-ffp-contract=off).
 */
#include <assert.h>
#include <float.h>
#include <string.h>

#include "exact.h"

static_assert(FLT_EVAL_METHOD == 0, "doubles are computed as doubles");
static_assert(DBL_MANT_DIG == 53, "doubles are IEEE 754 binary64");

/* ln 2 in two parts, of which the first has zeros to spare at its end. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define LN2_INVERSE 1.44269504088896338700

#define SQRT_2 1.41421356237309504880
#define SQRT_2PI 2.50662827463100050242

#define MANTISSA UINT64_C(0x000fffffffffffff)
#define BIAS 1023

static uint64_t
to_bits(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double
from_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* c[0] + c[1] x + ... */
static inline double
polynomial(const double *c, unsigned degree, double x)
{
	double sum = c[degree];

	while (degree-- > 0)
		sum = sum * x + c[degree];
	return sum;
}

/* x = 2^e m with m around 1; ln m = 2 artanh((m - 1)/(m + 1)). */
double
silbo_exact_log(double x)
{
	static const double c[] = {2.0, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9,
	    2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};
	uint64_t bits = to_bits(x);
	int e = (int)(bits >> 52) - BIAS;
	double m = from_bits((bits & MANTISSA) | (uint64_t)BIAS << 52);
	double s;

	if (m > SQRT_2) {
		m *= 0.5;
		e++;
	}
	s = (m - 1) / (m + 1);
	return e * LN2_HIGH + (e * LN2_LOW + s * polynomial(c, 10, s * s));
}

/* x = k ln 2 + r; e^r by Taylor. */
double
silbo_exact_exp(double x)
{
	static const double c[] = {1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24,
	    1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
	    1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
	double r;
	int k;

	if (x < -708)
		return 0;
	if (x > 709)
		x = 709;
	k = (int)(x * LN2_INVERSE + (x < 0 ? -0.5 : 0.5));
	r = (x - k * LN2_HIGH) - k * LN2_LOW;
	return polynomial(c, 13, r) * from_bits((uint64_t)(k + BIAS) << 52);
}

/* Newton, from half the exponent: 6 % off at first, squared with each step. */
double
silbo_exact_sqrt(double x)
{
	double y;

	if (!(x > 0))
		return 0;
	y = from_bits((to_bits(x) >> 1) + ((uint64_t)BIAS << 51));
	for (unsigned i = 0; i < 5; i++)
		y = 0.5 * (y + x / y);
	return y;
}

double
silbo_exact_power(double x, uint64_t n)
{
	double y = 1;

	for (; n != 0; n >>= 1) {
		if (n & 1)
			y *= x;
		x *= x;
	}
	return y;
}

double
silbo_exact_root(double x, uint64_t n)
{
	if (!(x > 0))
		return 0;
	return n == 1 ? x : silbo_exact_exp(silbo_exact_log(x) / (double)n);
}

/* The upper tail, x >= 0: Hart et al. 1968, no. 5666, which is within 10^-13 of
 * it below 3.5, and then the continued fraction of Laplace. */
static double
tail(double x)
{
	static const double num[] = {220.206867912376, 221.213596169931,
	    112.079291497871, 33.912866078383, 6.37396220353165,
	    0.700383064443688, 3.52624965998911e-02};
	static const double den[] = {440.413735824752, 793.826512519948,
	    637.333633378831, 296.564248779674, 86.7807322029461,
	    16.064177579207, 1.75566716318264, 8.83883476483184e-02};
	double e = silbo_exact_exp(-0.5 * x * x);
	double f = x;

	if (x < 3.5)
		return e * polynomial(num, 6, x) / polynomial(den, 7, x);
	for (unsigned i = 40; i > 0; i--)
		f = x + i / f;
	return e / f / SQRT_2PI;
}

double
silbo_exact_normal(double x)
{
	return x < 0 ? tail(-x) : 1 - tail(x);
}

/* AS 241 (Wichura 1988), PPND16: the two tails, r = sqrt(-ln p). */
static double
quantile_tail(double r)
{
	static const double c[] = {1.42343711074968357734e0,
	    4.63033784615654529590e0, 5.76949722146069140550e0,
	    3.64784832476320460504e0, 1.27045825245236838258e0,
	    2.41780725177450611770e-1, 2.27238449892691845833e-2,
	    7.74545014278341407640e-4};
	static const double d[] = {1.0, 2.05319162663775882187e0,
	    1.67638483018380384940e0, 6.89767334985100004550e-1,
	    1.48103976427480074590e-1, 1.51986665636164571966e-2,
	    5.47593808499534494600e-4, 1.05075007164441684324e-9};
	static const double e[] = {6.65790464350110377720e0,
	    5.46378491116411436990e0, 1.78482653991729133580e0,
	    2.96560571828504891230e-1, 2.65321895265761230930e-2,
	    1.24266094738807843860e-3, 2.71155556874348757815e-5,
	    2.01033439929228813265e-7};
	static const double f[] = {1.0, 5.99832206555887937690e-1,
	    1.36929880922735805310e-1, 1.48753612908506148525e-2,
	    7.86869131145613259100e-4, 1.84631831751005468180e-5,
	    1.42151175831644588870e-7, 2.04426310338993978564e-15};

	if (r <= 5)
		return polynomial(c, 7, r - 1.6) / polynomial(d, 7, r - 1.6);
	return polynomial(e, 7, r - 5) / polynomial(f, 7, r - 5);
}

double
silbo_exact_normal_quantile(double p)
{
	static const double a[] = {3.3871328727963666080e0,
	    1.3314166789178437745e+2, 1.9715909503065514427e+3,
	    1.3731693765509461125e+4, 4.5921953931549871457e+4,
	    6.7265770927008700853e+4, 3.3430575583588128105e+4,
	    2.5090809287301226727e+3};
	static const double b[] = {1.0, 4.2313330701600911252e+1,
	    6.8718700749205790830e+2, 5.3941960214247511077e+3,
	    2.1213794301586595867e+4, 3.9307895800092710610e+4,
	    2.8729085735721942674e+4, 5.2264952788528545610e+3};
	double q = p - 0.5, r;

	if (q >= -0.425 && q <= 0.425) {
		r = 0.180625 - q * q;
		return q * polynomial(a, 7, r) / polynomial(b, 7, r);
	}
	r = silbo_exact_sqrt(-silbo_exact_log(q < 0 ? p : 1 - p));
	return q < 0 ? -quantile_tail(r) : quantile_tail(r);
}
