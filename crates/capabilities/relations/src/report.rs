//! The rows of a list that were not taken, with the reason, as a file that can be mended and brought again. Nothing that is
//! written here is run by the program that opens it.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Columns are as wide as so many letters.
const WIDTH: f64 = 24.0;

/// What a spreadsheet would take for a formula begins with an apostrophe.
fn guarded(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// As a text file that Danish Excel opens: semicolons, and a mark that says it is UTF-8.
pub fn csv(headings: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for row in std::iter::once(headings).chain(rows.iter().map(Vec::as_slice)) {
        writer.write_record(row.iter().map(|cell| guarded(cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// As a spreadsheet. Every cell is text, so that nothing in it is a formula and no number loses its zeros.
pub fn xlsx(headings: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
        sheet.set_column_width(column, WIDTH)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(line, column, guarded(cell))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_the_file_reads_back() {
        let headings = vec!["Firma".to_owned(), "Hvorfor".to_owned()];
        let rows = vec![vec!["=HYPERLINK(\"http://x\")".to_owned(), "Ærø; \"ukendt\"".to_owned()]];
        let text = String::from_utf8(csv(&headings, &rows).unwrap()).unwrap();
        assert!(text.contains("'=HYPERLINK") && text.starts_with("\u{feff}Firma;Hvorfor\r\n"));
        for content in [csv(&headings, &rows).unwrap(), xlsx(&headings, &rows).unwrap()] {
            let book = crate::model::read_book(&content).unwrap();
            assert_eq!(book.sheets[0].lines[1], ["'=HYPERLINK(\"http://x\")", "Ærø; \"ukendt\""]);
        }
    }
}
