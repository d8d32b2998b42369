# Writes persistence.csv (scores of students with one teacher a year) and persistence.json (what R makes of them).
#
#   Rscript make_persistence.R          R 4.2.2, jsonlite
#
# y_it = year + 0.5 x + sum of s <= t of share_ts * effect of the teacher of year s + residual, with shares 0.6, 0.3, 0.5,
# teachers of 8 a year, and a free residual covariance of a student over three years. The likelihood is that of the dense
# covariance matrix of all rows, maximised by BFGS from the truth with numeric slopes and polished; effects are the best
# linear unbiased predictions, their errors the square roots of the variances of prediction error.
suppressMessages(library(jsonlite))
set.seed(20260619)
n <- 120; teachers <- 8
truth <- rbind(c(1, 0, 0), c(0.6, 1, 0), c(0.3, 0.5, 1))
effects <- matrix(rnorm(3 * teachers, 0, 0.8), 3)
residual <- chol(matrix(c(1, 0.5, 0.4, 0.5, 1.1, 0.6, 0.4, 0.6, 1.2), 3))
rows <- NULL
for (i in 1:n) {
  own <- sample(teachers, 3, TRUE); e <- drop(rnorm(3) %*% residual); there <- runif(3) > 0.12
  for (t in which(there)) {
    past <- sum(sapply(1:t, function(s) if (there[s]) truth[t, s] * effects[s, own[s]] else 0))
    x <- round(rnorm(1), 3)
    rows <- rbind(rows, data.frame(student = sprintf("N%03d", i), year = 2020 + t, teacher = sprintf("T%d", own[t]), x = x,
                                   y = round(c(3, 4, 5)[t] + 0.5 * x + past + e[t], 3)))
  }
}
write.csv(rows, "persistence.csv", row.names = FALSE, quote = FALSE)

t <- rows$year - 2020
x <- cbind(model.matrix(~ 0 + factor(year), rows), rows$x)
unit <- paste(rows$year, rows$teacher); units <- sort(unique(unit)); of <- as.integer(substr(units, 4, 4))
same <- outer(rows$student, rows$student, "==")
parts <- function(p) {
  l <- matrix(0, 3, 3); l[lower.tri(l)] <- p[4:6]; diag(l) <- exp(p[1:3])
  share <- diag(3); share[lower.tri(share)] <- p[10:12]          # (2,1), (3,1), (3,2)
  z <- matrix(0, nrow(rows), length(units))
  for (i in seq_len(nrow(rows))) for (j in which(rows$student == rows$student[i] & t <= t[i]))
    z[i, match(unit[j], units)] <- share[t[i], t[j]]
  list(r = tcrossprod(l), d = exp(p[7:9]), share = share, z = z)
}
solved <- function(p) {
  m <- parts(p)
  v <- m$z %*% (m$d[of] * t(m$z)) + same * m$r[t, t]
  c <- chol(v); xs <- backsolve(c, x, transpose = TRUE); ys <- backsolve(c, rows$y, transpose = TRUE)
  fit <- lm.fit(xs, ys)
  list(value = nrow(rows) * log(2 * pi) + 2 * sum(log(diag(c))) + sum(fit$residuals^2), beta = unname(fit$coefficients),
       xs = xs, c = c, m = m)
}
value <- function(p) tryCatch(solved(p)$value, error = function(e) 1e10)
p <- c(log(c(1, 0.95, 0.85)), 0.5, 0.4, 0.45, log(rep(0.64, 3)), 0.6, 0.3, 0.5)
for (k in 1:4) p <- optim(p, value, method = "BFGS", control = list(reltol = 1e-15, maxit = 500))$par
s <- solved(p); m <- s$m
zs <- backsolve(s$c, m$z, transpose = TRUE); es <- backsolve(s$c, rows$y - x %*% s$beta, transpose = TRUE)
effect <- m$d[of] * drop(crossprod(zs, es))
vb <- solve(crossprod(s$xs))
zx <- crossprod(zs, s$xs)
d <- diag(m$d[of])
error <- sqrt(diag(d - d %*% crossprod(zs) %*% d + d %*% zx %*% vb %*% t(zx) %*% d))
result <- list(versions = list(R = R.version.string), value = s$value, fixed = s$beta, se = unname(sqrt(diag(vb))),
               residual = m$r, variances = m$d, shares = list("2021→2022" = m$share[2, 1], "2021→2023" = m$share[3, 1],
               "2022→2023" = m$share[3, 2]), unit = units, effect = effect, error = unname(error))
write(toJSON(result, digits = 10, auto_unbox = TRUE), "persistence.json")
