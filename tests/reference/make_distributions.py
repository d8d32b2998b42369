"""Writes distributions.csv: values of distribution functions to 17 digits and more.

Needs mpmath (1.3.0 was used) for every value and scipy (1.17.1) only for start values of the quantile searches.
Each probability is summed in mpmath from the positive hypergeometric series of the incomplete beta and gamma
functions (DLMF 8.17.8 and 8.7.1), with as many digits as the complement loses; each quantile is the root of
that function for the exact binary value of the probability, by Newton's method.

Columns: function, argument, parameter 1, parameter 2, value. Arguments are written by repr(), so that they
read back as the same binary number.
"""
import csv
import mpmath as mp
from scipy import stats as sp

mp.mp.dps = 60


def series_beta(a, b, x, y):
    """I_x(a, b) with y = 1 - x, positive terms."""
    term, total, n = mp.mpf(1), mp.mpf(0), 0
    while True:
        total += term
        ratio = (a + b + n) / (a + 1 + n) * x
        term *= ratio
        n += 1
        if ratio < 1 and term < total * mp.mpf(10) ** (-mp.mp.dps) * (1 - x):
            break
    front = a * mp.log(x) + b * mp.log(y) - mp.log(a) - (mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b))
    return mp.exp(front) * total


def with_guard(f):
    """Raises the precision until the value keeps 30 digits."""
    base = mp.mp.dps
    try:
        extra = 0
        while True:
            mp.mp.dps = base + extra
            v = f()
            if abs(v) > mp.mpf(10) ** (-(mp.mp.dps - 30)):
                return v
            extra = 2 * extra + 60
            if extra > 2000:
                return v
    finally:
        mp.mp.dps = base


def beta_lower(a, b, x, y):
    a, b = mp.mpf(a), mp.mpf(b)
    if x == 0:
        return mp.mpf(0)
    if y == 0:
        return mp.mpf(1)
    digits = 2.3 * mp.mp.dps
    direct = max(b * x - a * y, 0) / y + digits / y
    other = max(a * y - b * x, 0) / x + digits / x
    if direct <= other:
        return series_beta(a, b, x, y)
    return with_guard(lambda: 1 - series_beta(b, a, 1 - x, x))


def t_sf(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    if t == 0:
        return mp.mpf(1) / 2
    def value():
        y = t * t / (df + t * t)
        x = df / (df + t * t)
        if y < mp.mpf("1.5") / (df / 2 + mp.mpf("2.5")) or (y < 0.7 and df * y < 3000):
            return (1 - series_beta(mp.mpf(1) / 2, df / 2, y, x)) / 2
        return series_beta(df / 2, mp.mpf(1) / 2, x, y) / 2
    upper = with_guard(value)
    return upper if t > 0 else 1 - upper


def f_tails(f, d1, d2):
    f, d1, d2 = mp.mpf(f), mp.mpf(d1), mp.mpf(d2)
    def parts():
        return d1 * f / (d1 * f + d2), d2 / (d1 * f + d2)
    def lower():
        y, x = parts()
        return beta_lower(d1 / 2, d2 / 2, y, x)
    def upper():
        y, x = parts()
        return beta_lower(d2 / 2, d1 / 2, x, y)
    return lower, upper


def gamma_tail(a, x, upper):
    a, x = mp.mpf(a), mp.mpf(x)
    def lower():
        term, total, n = 1 / a, mp.mpf(0), 0
        while True:
            total += term
            n += 1
            term *= x / (a + n)
            if x < a + n and term < total * mp.mpf(10) ** (-mp.mp.dps) * (1 - x / (a + n)):
                break
        return mp.exp(a * mp.log(x) - x - mp.loggamma(a)) * total
    return with_guard(lambda: 1 - lower()) if upper else lower()


def root(f, dens, target, start):
    """Newton's method on the logarithm of a positive variable and of the probability."""
    x = mp.mpf(start)
    for _ in range(60):
        value = f(x)
        step = mp.log(value / target) * value / (dens(x) * x)
        step = max(min(step, mp.mpf(2)), mp.mpf(-2))
        x *= mp.exp(-step)
        if abs(step) < mp.mpf(10) ** -25:
            return x
    raise ArithmeticError("no convergence")


def t_density(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    c = mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2)) / mp.sqrt(df * mp.pi)
    return c * (1 + t * t / df) ** (-(df + 1) / 2)


def beta_log_front(a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    return mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)


rows = []


def put(name, arg, p1, p2, value):
    def show(v):
        return "" if v is None else repr(v)
    rows.append([name, repr(arg), show(p1), show(p2), mp.nstr(value, 22, strip_zeros=False)])


def normal():
    for x in [-37.0, -20.0, -10.0, -8.0, -5.5, -5.0, -3.0, -2.0, -1.0, -0.5, -0.1, -1e-3, 0.0, 0.3, 1.0, 1.96, 3.0, 6.0]:
        put("normal_cdf", x, None, None, mp.ncdf(mp.mpf(x)))
    for p in [1e-300, 1e-100, 1e-20, 1e-12, 1e-6, 0.001, 0.025, 0.05, 0.1, 0.3, 0.4999, 0.6, 0.9, 0.975, 0.999, 1 - 1e-9]:
        x = mp.mpf(float(sp.norm.ppf(p)))
        for _ in range(6):
            tail = mp.erfc(-x / mp.sqrt(2)) / 2
            x -= (tail - mp.mpf(p)) / mp.npdf(x)
        put("normal_quantile", p, None, None, x)


def student():
    dfs = [0.5, 1.0, 1.5, 2.0, 3.0, 4.7, 10.0, 30.0, 91.0, 100.5, 1000.0, 1234.56, 1e5, 1e6, 1e7]
    for df in dfs:
        for t in [1e-8, 0.001, 0.1, 0.5, 1.0, 1.96, 3.0, 5.0, 10.0, 30.0, 1e4]:
            if df > 500 and t > 30:
                continue
            put("t_sf", t, df, None, t_sf(t, df))
        for p in [1e-100, 1e-12, 1e-6, 0.001, 0.025, 0.1, 0.4, 0.4999]:
            start = float(sp.t.isf(p, df)) if p > 1e-20 else float(abs(sp.norm.ppf(p)))
            if df < 20 and p < 1e-20:
                start = 10.0 ** (100 / df)
            if p >= 0.4:
                x = root_central(df, p, start)
            else:
                x = root(lambda t: t_sf(t, df), lambda t: -t_density(t, df), mp.mpf(p), start)
            put("t_quantile_upper", p, df, None, x)


def root_central(df, p, start):
    x = mp.mpf(start)
    for _ in range(60):
        step = (t_sf(x, df) - mp.mpf(p)) / t_density(x, df)
        x += step
        if abs(step) < abs(x) * mp.mpf(10) ** -25:
            return x
    raise ArithmeticError("no convergence")


def fisher():
    pairs = [(1.0, 1.0), (1.0, 10.0), (2.0, 5.0), (3.0, 91.0), (4.5, 7.3), (8.0, 180.0), (30.0, 30.0), (1.0, 1e6),
             (5.0, 1e6), (500.0, 800.0), (1e5, 1e5), (100.0, 2.0)]
    for d1, d2 in pairs:
        for f in [1e-6, 0.01, 0.3, 0.9, 1.0, 1.05, 2.5, 4.0, 20.0]:
            lower, upper = f_tails(f, d1, d2)
            lo, up = lower(), upper()
            if lo > mp.mpf("1e-290"):
                put("f_cdf", f, d1, d2, lo)
            if up > mp.mpf("1e-290"):
                put("f_sf", f, d1, d2, up)
        for p in [1e-6, 0.01, 0.05, 0.5, 0.95, 0.99, 1 - 1e-9]:
            front = beta_log_front(mp.mpf(d1) / 2, mp.mpf(d2) / 2)
            def dens(f):
                f = mp.mpf(f)
                a, b, r = mp.mpf(d1) / 2, mp.mpf(d2) / 2, mp.mpf(d1) / mp.mpf(d2)
                return mp.exp(front + a * mp.log(r) + (a - 1) * mp.log(f) - (a + b) * mp.log(1 + r * f))
            start = float(sp.f.ppf(p, d1, d2))
            x = root(lambda f: f_tails(f, d1, d2)[0](), dens, mp.mpf(p), start)
            put("f_quantile", p, d1, d2, x)


def chi_squared():
    for k in [0.5, 1.0, 2.0, 3.7, 10.0, 91.0, 1000.0, 1e5]:
        for r in [1e-6, 0.01, 0.3, 0.9, 1.0, 1.01, 1.2, 2.0, 5.0]:
            x = r * k
            for name, upper in [("chi2_cdf", False), ("chi2_sf", True)]:
                v = gamma_tail(mp.mpf(k) / 2, mp.mpf(x) / 2, upper)
                if v > mp.mpf("1e-290"):
                    put(name, x, k, None, v)
        for p in [1e-12, 1e-6, 0.01, 0.05, 0.5, 0.95, 0.999, 1 - 1e-9]:
            front = mp.mpf(k) / 2 * mp.log(2) + mp.loggamma(mp.mpf(k) / 2)
            x = root(lambda x: gamma_tail(mp.mpf(k) / 2, x / 2, False),
                     lambda x: mp.exp((mp.mpf(k) / 2 - 1) * mp.log(x) - x / 2 - front), mp.mpf(p), float(sp.chi2.ppf(p, k)))
            put("chi2_quantile", p, k, None, x)


def beta():
    for a, b in [(0.1, 0.5), (0.5, 0.5), (1.0, 1.0), (1.0, 3.0), (2.0, 5.5), (10.5, 82.5), (50.0, 50.0), (1000.5, 300.5),
                 (1e5, 2e5)]:
        m = a / (a + b)
        for x in [1e-6, 0.01, m / 2, m * 0.99, m, m * 1.01, 0.5, 0.9, 0.999]:
            if not 0 < x < 1:
                continue
            lo = beta_lower(a, b, mp.mpf(x), 1 - mp.mpf(x))
            up = beta_lower(b, a, 1 - mp.mpf(x), mp.mpf(x))
            if lo > mp.mpf("1e-290"):
                put("beta_cdf", x, a, b, lo)
            if up > mp.mpf("1e-290"):
                put("beta_sf", x, a, b, up)
        front = beta_log_front(a, b)
        for p in [1e-6, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9999]:
            start = float(sp.beta.ppf(p, a, b))
            if start < 1e-290 or start > 1 - 1e-9:
                continue
            x = root(lambda x: beta_lower(a, b, x, 1 - x),
                     lambda x: mp.exp(front + (mp.mpf(a) - 1) * mp.log(x) + (mp.mpf(b) - 1) * mp.log(1 - x)), mp.mpf(p), start)
            put("beta_quantile", p, a, b, x)


def binomial():
    for n, p in [(10, 0.3), (92, 0.65), (1000, 0.01), (30000, 0.8)]:
        for k in sorted({0, n // 10, int(n * p * 0.9), int(n * p), int(n * p * 1.1), n - 1}):
            if k >= n:
                continue
            up = beta_lower(k + 1, n - k, mp.mpf(p), 1 - mp.mpf(p))
            lo = beta_lower(n - k, k + 1, 1 - mp.mpf(p), mp.mpf(p))
            if lo > mp.mpf("1e-290"):
                put("binomial_cdf", float(k), float(n), p, lo)
            if up > mp.mpf("1e-290"):
                put("binomial_sf", float(k), float(n), p, up)


for part in [normal, student, fisher, chi_squared, beta, binomial]:
    part()
    print(part.__name__, len(rows), flush=True)
with open("distributions.csv", "w", newline="") as out:
    w = csv.writer(out, lineterminator="\n")
    w.writerow(["function", "argument", "parameter_1", "parameter_2", "value"])
    w.writerows(rows)
