//! Passes PyO3's `Py_3_x` configuration on, so that `layout` can choose one version's module.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
}
