//! A file as rows of text: a spreadsheet's sheets, or the lines of a text file in whatever way it was saved.

use std::io::Cursor;

use calamine::{Data, Reader as _, Sheets, open_workbook_auto_from_rs};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Rows of a list, its headings not counted.
pub const ROWS_MAX: usize = 20_000;
/// Lines above the headings and empty ones between, beside the rows.
const LINES_MAX: usize = ROWS_MAX + 1_000;
/// Columns of a sheet.
const COLUMNS_MAX: usize = 200;
/// Letters of a cell; what stands beyond is cut.
const CELL_CHARS_MAX: usize = 2_000;
/// Sheets of a file.
const SHEETS_MAX: usize = 50;

/// Why a file cannot be read as a list. `Display` is the message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadRefusal {
    /// Neither a spreadsheet nor a text file with columns.
    #[error("relations-file-unreadable")]
    Unreadable,
    /// Nothing in it.
    #[error("relations-file-no-rows")]
    NoRows,
    /// More rows than are taken at once.
    #[error("relations-file-too-many-rows")]
    TooManyRows,
}
impl kernel::Refusal for ReadRefusal {}

/// A file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its sheets that hold something; a text file has one without a name.
    pub sheets: Vec<Sheet>,
    /// Whether it counts days from 1904.
    pub is_1904: bool,
}

/// A sheet, from its first line on: empty lines keep their place, so that a row has the number that people see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its lines.
    pub lines: Vec<Vec<String>>,
}

impl Sheet {
    /// A line by its number, counted from 1.
    pub fn line(&self, number: usize) -> &[String] {
        self.lines.get(number.saturating_sub(1)).map_or(&[], Vec::as_slice)
    }

    /// The rows below the headings, with their numbers; empty ones are left out.
    pub fn rows_below(&self, header: usize) -> impl Iterator<Item = (usize, &Vec<String>)> {
        let numbered = self.lines.iter().enumerate().map(|(at, line)| (at + 1, line));
        numbered.skip(header).filter(|(_, line)| line.iter().any(|cell| !cell.is_empty()))
    }

    fn trimmed(mut self) -> Self {
        while self.lines.last().is_some_and(|line| line.iter().all(String::is_empty)) {
            self.lines.pop();
        }
        self
    }
}

/// Reads a file. What it is, its content says, never its name.
pub fn read_book(content: &[u8]) -> Result<Book, ReadRefusal> {
    let book = if content.starts_with(b"PK") || content.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        read_workbook(content)?
    } else {
        Book { sheets: vec![read_text(content)?], is_1904: false }
    };
    if book.sheets.iter().all(|sheet| sheet.lines.is_empty()) {
        return Err(ReadRefusal::NoRows);
    }
    Ok(book)
}

fn read_workbook(content: &[u8]) -> Result<Book, ReadRefusal> {
    let mut workbook =
        open_workbook_auto_from_rs(Cursor::new(content)).map_err(|_| ReadRefusal::Unreadable)?;
    let is_1904 = match &workbook {
        Sheets::Xlsx(file) => file.has_1904_epoch(),
        _ => false,
    };
    let mut sheets = Vec::new();
    for name in workbook.sheet_names().into_iter().take(SHEETS_MAX) {
        // A sheet that is a chart has no cells.
        let Ok(range) = workbook.worksheet_range(&name) else { continue };
        let Some((first_row, first_column)) = range.start() else { continue };
        if range.height() > LINES_MAX {
            return Err(ReadRefusal::TooManyRows);
        }
        let above = usize::try_from(first_row).unwrap_or_default().min(LINES_MAX);
        let before = usize::try_from(first_column).unwrap_or_default().min(COLUMNS_MAX);
        let mut lines = vec![Vec::new(); above];
        lines.extend(range.rows().map(|row| {
            let cells = row.iter().take(COLUMNS_MAX).map(text_of);
            std::iter::repeat_n(String::new(), before).chain(cells).collect::<Vec<_>>()
        }));
        let sheet = Sheet { name, lines }.trimmed();
        if !sheet.lines.is_empty() {
            sheets.push(sheet);
        }
    }
    Ok(Book { sheets, is_1904 })
}

/// A cell as people would write it: whole numbers without a point, days as `2025-02-03`.
fn text_of(cell: &Data) -> String {
    let text = match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => if *yes { "ja" } else { "nej" }.to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    };
    plain(&text)
}

/// One line, without what no database keeps.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() || c == '\u{a0}' { ' ' } else { c })
        .take(CELL_CHARS_MAX)
        .collect();
    text.trim().to_owned()
}

fn read_text(content: &[u8]) -> Result<Sheet, ReadRefusal> {
    let text = decode(content);
    if text.contains('\0') {
        return Err(ReadRefusal::Unreadable);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut lines, mut record) = (Vec::new(), csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|_| ReadRefusal::Unreadable)? {
        // The reader leaves empty lines out, and says where it began to look; the numbers that people see count them.
        let (line, byte) = record.position().map_or((1, 0), |at| (at.line(), at.byte()));
        let from = usize::try_from(byte).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
        let ends = from.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r'));
        let line = usize::try_from(line).unwrap_or(LINES_MAX) + ends.filter(|byte| *byte == b'\n').count();
        if line > LINES_MAX {
            return Err(ReadRefusal::TooManyRows);
        }
        while lines.len() + 1 < line {
            lines.push(Vec::new());
        }
        lines.push(record.iter().take(COLUMNS_MAX).map(plain).collect());
    }
    Ok(Sheet { name: String::new(), lines }.trimmed())
}

/// UTF-8 where it is, with or without a mark; else what Danish Excel writes, unless the bytes say another thing.
fn decode(content: &[u8]) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(content) {
        return encoding.decode(content).0.into_owned();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(content, true);
    let guessed = detector.guess(Some(b"dk"), Utf8Detection::Allow);
    // A few letters are too little to tell one western table from another: æ, ø and å are where 1252 has them.
    let encoding = if guessed == UTF_8 { UTF_8 } else { WINDOWS_1252 };
    encoding.decode_without_bom_handling(content).0.into_owned()
}

/// What stands between the columns: the one of the usual signs that most of the first lines have most of.
fn delimiter(text: &str) -> u8 {
    let first: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let count = |sign: char| first.iter().map(|line| line.matches(sign).count()).sum::<usize>();
    // A semicolon wins over a comma: Danish numbers have commas in them.
    let best = [(';', b';'), ('\t', b'\t'), (',', b','), ('|', b'|')];
    let with = best.into_iter().find(|(sign, _)| count(*sign) >= first.len().max(1));
    with.or_else(|| best.into_iter().max_by_key(|(sign, _)| count(*sign))).map_or(b';', |(_, byte)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(content: &[u8]) -> Vec<Vec<String>> {
        read_book(content).unwrap().sheets.remove(0).lines
    }

    #[test]
    fn danish_excels_text_file_is_read_with_semicolons_and_windows_letters() {
        let (bytes, _, _) = WINDOWS_1252.encode("Firma;Navn\r\nSmedjen på Ærø;Åse Bøgh\r\n");
        assert_eq!(rows(&bytes), [["Firma", "Navn"], ["Smedjen på Ærø", "Åse Bøgh"]]);
    }

    #[test]
    fn a_mark_at_the_beginning_is_no_part_of_the_first_heading() {
        assert_eq!(rows("\u{feff}Firma,Navn\nÆrø,Åse\n".as_bytes()), [["Firma", "Navn"], ["Ærø", "Åse"]]);
        assert_eq!(rows("Firma,Navn\nÆrø,Åse\n".as_bytes())[1], ["Ærø", "Åse"]);
    }

    #[test]
    fn a_row_keeps_the_number_that_people_see() {
        let book = read_book(b"Kontakter 2025\n\nFirma;Navn\n\nA;B\n;;\nC;D\n").unwrap();
        let below: Vec<_> = book.sheets[0].rows_below(3).map(|(at, row)| (at, row[0].clone())).collect();
        assert_eq!(below, [(5, "A".to_owned()), (7, "C".to_owned())]);
    }

    #[test]
    fn a_semicolon_in_quotes_and_a_line_break_in_a_cell_stay_in_their_cell() {
        assert_eq!(rows(b"a;b\n\"x; y\";\"two\nlines\"\n")[1], ["x; y", "two lines"]);
    }

    #[test]
    fn a_picture_and_an_empty_file_are_no_lists() {
        assert_eq!(read_book(b"PK\x03\x04 no book"), Err(ReadRefusal::Unreadable));
        assert_eq!(read_book(b""), Err(ReadRefusal::NoRows));
        assert_eq!(read_book(b"\n\n;;\n"), Err(ReadRefusal::NoRows));
        assert_eq!(read_book(b"a\0b"), Err(ReadRefusal::Unreadable));
    }
}
