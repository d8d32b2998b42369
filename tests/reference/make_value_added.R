# Writes value_added.csv (simulated students) and value_added.json (what R makes of them).
#
#   Rscript make_value_added.R          R 4.2.2, lme4 1.1-31, quantreg 5.94, jsonlite
#
# 240 students of 12 schools and 8 classes that cross; entry, exit and gender are drawn, the last digits cut, so that the
# file holds the very numbers that were used. lme4 is run to tight tolerances and then polished by a derivative-free
# search from its own optimum; the residual variance and the fixed effects follow from theta.
suppressMessages({library(lme4); library(quantreg); library(splines); library(jsonlite)})
set.seed(20260101)
n <- 240
school <- sprintf("S%02d", sample(12, n, TRUE)); class <- sprintf("C%d", sample(8, n, TRUE))
gender <- sample(c("f", "m"), n, TRUE)
entry <- round(rnorm(n, 0.2 * (match(school, unique(school)) %% 3), 1), 3)
of_school <- rnorm(12, 0, 0.6); slope <- rnorm(12, 0, 0.25); of_class <- rnorm(8, 0, 0.4)
s <- match(school, sort(unique(school))); c <- match(class, sort(unique(class)))
exit <- round(0.3 + (0.7 + slope[s]) * entry + 0.2 * (gender == "m") + of_school[s] + of_class[c] + rnorm(n, 0, 0.8), 3)
data <- data.frame(student = sprintf("N%03d", 1:n), school, class, gender, entry, exit)
write.csv(data, "value_added.csv", row.names = FALSE, quote = FALSE)

ols <- lm(exit ~ entry + gender, data)
x <- model.matrix(ols); e <- residuals(ols); bread <- solve(crossprod(x)); h <- hatvalues(ols)
meat <- function(w) bread %*% crossprod(x * w, x) %*% bread
robust <- list(hc0 = e^2, hc1 = e^2 * n / (n - 3), hc2 = e^2 / (1 - h), hc3 = e^2 / (1 - h)^2)
errors <- lapply(robust, function(w) unname(sqrt(diag(meat(w)))))
scores <- rowsum(x * e, data$school); g <- nrow(scores)
errors$cr1 <- unname(sqrt(diag(bread %*% crossprod(scores) %*% bread) * g / (g - 1)))

polished <- function(formula, reml) {
  tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-13, maxfun = 1e5), calc.derivs = FALSE)
  fit <- lmer(formula, data, REML = reml, control = tight)
  deviance_of <- lmer(formula, data, REML = reml, devFunOnly = TRUE)
  theta <- getME(fit, "theta")
  for (i in 1:5) theta <- optim(theta, deviance_of, method = "BFGS", control = list(reltol = 1e-16))$par
  if (deviance_of(theta) > deviance_of(getME(fit, "theta"))) theta <- getME(fit, "theta")
  deviance_of(theta)
  fit <- mkMerMod(environment(deviance_of), list(par = theta, fval = deviance_of(theta), conv = 0),
                  lFormula(formula, data, REML = reml)$reTrms, fr = model.frame(fit))
  modes <- ranef(fit, condVar = TRUE)
  list(formula = deparse(formula), reml = reml,
       value = if (reml) REMLcrit(fit) else -2 * as.numeric(logLik(fit)),
       fixed = unname(fixef(fit)), se = unname(sqrt(diag(as.matrix(vcov(fit))))), sigma = sigma(fit),
       covariance = lapply(VarCorr(fit), function(v) unname(as.matrix(v)[, , drop = FALSE])),
       modes = lapply(modes, function(m) list(levels = rownames(m), effect = m[[1]])),
       sd = lapply(modes, function(m) sqrt(attr(m, "postVar")[1, 1, ])))
}
formulas <- list(exit ~ entry + gender + (1 | school), exit ~ entry + (1 + entry | school),
                 exit ~ entry + gender + (1 | school) + (1 | class))
mixed <- unlist(lapply(formulas, function(f) list(polished(f, TRUE), polished(f, FALSE))), recursive = FALSE)

knots <- round(quantile(entry, c(.2, .4, .6, .8), type = 7), 3)
edge <- round(range(entry) + c(-.1, .1) * diff(range(entry)), 3)
basis <- bs(entry, knots = knots, Boundary.knots = edge)
taus <- c(0.005, 0.105, 0.255, 0.505, 0.755, 0.905, 0.995)
objective <- sapply(taus, function(tau) {
  r <- residuals(rq(exit ~ basis, tau = tau, method = "br"))
  sum(r * (tau - (r < 0)))
})
gain <- t.test(exit, entry, paired = TRUE)
result <- list(
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  quantreg = as.character(packageVersion("quantreg"))),
  ols = list(fixed = unname(coef(ols)), se = unname(sqrt(diag(vcov(ols)))), errors = errors,
             anova = list(ss = anova(ols)[["Sum Sq"]], f = anova(ols)[["F value"]][1:2]),
             cooks = unname(cooks.distance(ols))[1:10]),
  mixed = mixed, quantile = list(taus = taus, objective = objective, knots = unname(knots), edge = edge),
  gain = list(mean = unname(gain$estimate), low = gain$conf.int[1], high = gain$conf.int[2],
              t = unname(gain$statistic)))
write(toJSON(result, digits = NA, auto_unbox = TRUE, pretty = FALSE), "value_added.json")
