//! data_folder: to come.
