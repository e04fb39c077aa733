//! What both programs do alike towards whoever operates them: settings, logs, figures, and the service manager.

pub mod figures;
pub mod logging;
mod process;
mod service;
mod settings;

pub use logging::{LogFormat, start_logging};
pub use service::{say_ready, say_stopping};
pub use settings::read_settings;
