use super::*;
use crate::value_added::data::Column;
use crate::value_added::mixed::small;
use crate::value_added::reference_tests::{close, csv, number, reference, shared};

const COLUMNS: YearColumns<'_> = YearColumns { student: "student", year: "year", unit: "teacher" };

fn model(data: &Data, formula: &str, persistence: Persistence) -> PersistenceModel {
    PersistenceModel::new(&Formula::parse(formula).unwrap(), data, &COLUMNS, persistence).unwrap()
}

/// GPvam prints four decimals of its parameters, and its EM steps stop early: its likelihood is a
/// little smaller than ours.
fn printed(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() < 1e-4 * theirs.abs().max(1.0), "{what}: {ours} for {theirs}");
}

#[test]
fn effects_over_years_are_those_of_gpvam() {
    for (key, persistence) in [("ZP", Persistence::Zero), ("CP", Persistence::Complete)] {
        let Some(expected) = reference(&format!("gpvam/gpvam_{key}.json")) else { return };
        let data = csv("datasets/value_added/gpvam_vam_data.csv", &["year"]).unwrap();
        let model = model(&data, "y ~ 0 + year + cont_var", persistence);
        let fit = model.fit().unwrap();
        close(-0.5 * fit.value, number(&expected["loglik"]), 1e-10, "log-likelihood");
        let gain = -0.5 * fit.value - number(&expected["loglik"]);
        assert!((0.0..1e-6).contains(&gain), "{gain}");
        let mut theirs = expected["parameters"].as_array().unwrap().iter();
        for fixed in &fit.fixed {
            let row = theirs.next().unwrap();
            printed(fixed.estimate, number(&row["Estimate"]), &fixed.name);
            printed(fixed.standard_error, number(&row["Standard Error"]), &fixed.name);
        }
        for (i, line) in expected["R_i"].as_array().unwrap().iter().enumerate() {
            (0..3).for_each(|j| printed(fit.residual[(i, j)], number(&line[j]), "R"));
        }
        for (year, variance) in fit.variances.iter().enumerate() {
            printed(*variance, number(&expected["teach_cov"][year][0][0]), "D");
        }
        check_effects(&fit, key);
    }
}

fn check_effects(fit: &PersistenceFit, key: &str) {
    let file = shared().unwrap().join(format!("reference/gpvam/teacher_effects_{key}.csv"));
    let mut reader = csv::Reader::from_path(file).unwrap();
    let mut count = 0;
    let (mut worst, mut worst_error) = (0.0_f64, 0.0_f64);
    for record in reader.records().map(Result::unwrap) {
        let unit = record[1].split('(').next().unwrap();
        let ours = fit.effects.iter().find(|e| e.year == record[0] && e.unit == unit).unwrap();
        let (effect, error): (f64, f64) = (record[3].parse().unwrap(), record[4].parse().unwrap());
        worst = worst.max((ours.effect - effect).abs());
        worst_error = worst_error.max((ours.standard_error - error).abs());
        count += 1;
    }
    assert!(count == 150 && worst < 3e-4 && worst_error < 3e-5, "{key}: {worst} {worst_error}");
}

/// Three years, twelve units, students who miss years.
fn small() -> Data {
    let (mut student, mut year, mut teacher, mut y, mut x) = (vec![], vec![], vec![], vec![], vec![]);
    for i in 0..40_u32 {
        for t in (0..3_u32).filter(|t| (i + t) % 5 != 0) {
            student.push(f64::from(i));
            year.push(f64::from(2020 + t));
            let unit = (i * (t + 3) + t) % 4;
            teacher.push(f64::from(unit));
            let noise = f64::from((i * 7919 + t * 104_729) % 101) / 25.0;
            y.push(noise + f64::from(unit) * f64::from(i % 3 + t) * 0.4 + f64::from(i % 7) * 0.5);
            x.push(f64::from((i * 31 + t * 17) % 23) / 8.0);
        }
    }
    let names = ["student", "year", "teacher", "y", "x"];
    let columns = [student, year, teacher, y, x].map(|values| Column::numbers(&values));
    Data::new(names.map(str::to_owned).into_iter().zip(columns)).unwrap()
}

/// −2 log L by the covariance matrix of all rows itself.
fn direct(model: &PersistenceModel, parameters: &Parameters) -> f64 {
    let (count, w) = (model.years.len(), model.names.len() + 1);
    let n = model.xy.len() / w;
    let r = parameters.residual();
    let mut years = vec![0; n];
    let mut z = vec![0.0; n * model.units.len()];
    let mut owner = vec![0; n];
    for (who, student) in model.students.iter().enumerate() {
        for (row, &unit) in student.rows.iter().zip(&student.units) {
            (years[*row], owner[*row]) = (model.unit_years[unit], who);
            for &past in &student.units {
                z[row * model.units.len() + past] =
                    parameters.shares[years[*row] * count + model.unit_years[past]];
            }
        }
    }
    let m = model.units.len();
    let mut v: Vec<f64> = (0..n * n)
        .map(|at| {
            let (i, j) = (at / n, at % n);
            let own = if owner[i] == owner[j] { r[years[i] * count + years[j]] } else { 0.0 };
            let units = |u: usize| z[i * m + u] * z[j * m + u] * parameters.variances[model.unit_years[u]];
            own + (0..m).map(units).sum::<f64>()
        })
        .collect();
    assert!(small::cholesky(&mut v, n));
    let mut xy = model.xy.clone();
    small::forward(&v, n, &mut xy, w);
    let mut joint = small::transposed_product(&xy, w, &xy, w);
    assert!(small::cholesky(&mut joint, w));
    n as f64 * (2.0 * std::f64::consts::PI).ln() + small::log_determinant(&v, n) + joint[w * w - 1].powi(2)
}

#[test]
fn the_likelihood_is_that_of_the_dense_matrices_and_its_gradient_their_slope() {
    let data = small();
    for persistence in [Persistence::Zero, Persistence::Complete, Persistence::Variable] {
        let model = model(&data, "y ~ 0 + x", persistence);
        let (mut x, _) = model.start();
        x.iter_mut().enumerate().for_each(|(i, x)| *x += 0.05 * (i as f64 + 1.0).sin());
        let at = |x: &[f64]| direct(&model, &model.parameters(x));
        let parameters = model.parameters(&x);
        let solution = model.solve(&parameters).unwrap();
        close(solution.value, at(&x), 1e-11, "−2 log L");
        let gradient = model.gradient(&parameters, &solution);
        assert_eq!(gradient.len(), x.len());
        for (i, slope) in gradient.iter().enumerate() {
            let moved = |step: f64| {
                let mut x = x.clone();
                x[i] += step;
                at(&x)
            };
            let step = 1e-5;
            let expected = (moved(step) - moved(-step)) / (2.0 * step);
            assert!((slope - expected).abs() < 1e-5, "{persistence:?} {i}: {slope} for {expected}");
        }
    }
}

#[test]
fn estimated_persistence_fits_at_least_as_well_as_none_and_all() {
    if shared().is_none() {
        return;
    }
    let data = csv("datasets/value_added/gpvam_vam_data.csv", &["year"]).unwrap();
    let fit = |persistence| model(&data, "y ~ 0 + year + cont_var", persistence).fit().unwrap();
    let [zero, complete, variable] =
        [Persistence::Zero, Persistence::Complete, Persistence::Variable].map(fit);
    assert!(variable.value < zero.value && variable.value < complete.value);
    assert_eq!(variable.n_parameters, zero.n_parameters + 3);
    assert!((0..3).all(|t| (0..t).all(|s| (-0.2..1.2).contains(&variable.shares[(t, s)]))));
}

#[test]
fn a_student_with_two_rows_in_a_year_is_told() {
    let columns = ["student", "year", "teacher", "y"].map(str::to_owned);
    let values = [[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 1.0, 2.0], [1.0, 2.0, 1.0, 2.0], [1.0, 2.0, 3.0, 5.0]];
    let data = Data::new(columns.into_iter().zip(values.map(|v| Column::numbers(&v)))).unwrap();
    let formula = Formula::parse("y ~ 1").unwrap();
    let model = PersistenceModel::new(&formula, &data, &COLUMNS, Persistence::Zero);
    assert!(matches!(model.err(), Some(ValueAddedError::OutOfRange { .. })));
}
