# Writes imputation.csv (students with missing categories) and imputation.json (what R makes of them).
#
#   Rscript make_imputation.R          R 4.2.2, nnet 7.3-18, mice 3.15.0, jsonlite
#
# y = 1 + 0.5 x + 0.8 [sex = m] + (0, 0.6, -0.4)[field] + noise; sex, field and x are missing more often where y is high.
# `augmented` are the multinomial fits to the rows without a missing cell, with the pseudo-rows of White, Daniel and Royston
# (2010) as mice has them, with their covariance; `pooled` is lm of 500 data sets of mice by Rubin's rules.
suppressMessages({library(nnet); library(mice); library(jsonlite)})
set.seed(20260518)
n <- 400
x <- round(rnorm(n), 3)
sex <- ifelse(runif(n) < plogis(0.7 * x), "m", "f")
eta <- cbind(0, 0.5 * x, -0.6 + 0.4 * (sex == "m"))
field <- apply(eta, 1, function(e) sample(c("arts", "law", "sciences"), 1, prob = exp(e)))
y <- round(1 + 0.5 * x + 0.8 * (sex == "m") + c(arts = 0, law = 0.6, sciences = -0.4)[field] + rnorm(n, 0, 0.9), 3)
lost <- function(rate) runif(n) < plogis(rate + 0.8 * (y - mean(y)))
sex[lost(-1.2)] <- NA; field[lost(-1.1)] <- NA; x[lost(-2)] <- NA
data <- data.frame(student = sprintf("N%03d", 1:n), y, x, sex, field)
write.csv(data, "imputation.csv", row.names = FALSE, quote = FALSE, na = "")
data$sex <- factor(data$sex); data$field <- factor(data$field)

whole <- data[complete.cases(data), ]
augmented <- function(target, x) {
  codes <- whole[[target]]; k <- nlevels(codes); p <- ncol(x); nr <- 2 * p * k
  more <- matrix(colMeans(x), nr, p, byrow = TRUE) +
    matrix(rep(c(rep.int(c(0.5, -0.5), k), rep.int(0, nr)), length = nr * p), nr, p) * matrix(apply(x, 2, sd), nr, p, byrow = TRUE)
  more <- pmin(pmax(more, matrix(apply(x, 2, min), nr, p, byrow = TRUE)), matrix(apply(x, 2, max), nr, p, byrow = TRUE))
  levels <- c(as.character(codes), levels(codes)[rep(rep(1:k, each = 2), p)])
  w <- c(rep(1, nrow(x)), rep((p + 1) / nr, nr))
  fit <- multinom(factor(levels) ~ rbind(x, more), weights = w, trace = FALSE, maxit = 5000, reltol = 1e-16, abstol = 1e-16)
  list(coefficients = as.vector(t(coef(fit))), sd = unname(sqrt(diag(vcov(fit)))), n = nrow(x))
}
field_columns <- model.matrix(~ field, whole)[, -1]
result <- list(
  versions = list(R = R.version.string, nnet = as.character(packageVersion("nnet")), mice = as.character(packageVersion("mice"))),
  augmented = list(sex = augmented("sex", cbind(whole$y, whole$x, field_columns)),
                   field = augmented("field", cbind(whole$y, whole$x, whole$sex == "m"))))
m <- 500
imputed <- mice(data[c("y", "x", "sex", "field")], m = m, maxit = 10, printFlag = FALSE, seed = 1,
                method = c("", "norm", "logreg", "polyreg"))
pooled <- pool(with(imputed, lm(y ~ x + sex + field)))$pooled
complete <- summary(lm(y ~ x + sex + field, data))$coefficients
result$pooled <- list(term = as.character(pooled$term), estimate = pooled$estimate, between = pooled$b,
                      se = sqrt(pooled$t), m = m, complete = unname(complete[, 1]))
write(toJSON(result, digits = NA, auto_unbox = TRUE), "imputation.json")
