//! What people read, before it is text, Markdown or a page: sections of blocks, in reading order.
//!
//! The code that makes a document decides on headings, order, thresholds and sentences. Writers only lay it out.

/// A text for people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub(crate) title: String,
    /// What is next to the title, such as the form and the day.
    pub(crate) about: String,
    /// The language of the texts, such as `en`.
    pub(crate) language: Option<String>,
    /// What a reader on paper fills in, such as a name.
    pub(crate) fill_in: Vec<&'static str>,
    pub(crate) sections: Vec<Section>,
    /// The commands that show the rest, for a text that ends after the first screen.
    pub(crate) more: Vec<String>,
    /// Notes on the whole: sources, the bank's edition.
    pub(crate) footer: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Section {
    /// Unique in a page.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) placement: Placement,
    /// Whether it may share its rows with another half section.
    pub(crate) is_half: bool,
    pub(crate) blocks: Vec<Block>,
}

/// Where on the page a section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Placement {
    /// On the first screen, which is page 1 on paper.
    First,
    /// Further down.
    Below,
    /// Folded in a browser, and not on paper.
    Folded,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Paragraph(Tone, String),
    Heading(String),
    List(List),
    Table(Table),
    /// A few names with their values, next to one another if there is room.
    Facts(Vec<[String; 2]>),
    /// A score on the bands.
    Axis(Box<Axis>),
    Plot(Plot),
}

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    /// The message.
    Strong,
    /// An explanation.
    Aside,
    /// An explanation of signs and pictures, left out when the text is read aloud.
    Legend,
    Good,
    /// A reason to be careful.
    Warn,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct List {
    pub(crate) is_numbered: bool,
    /// What a reader on paper fills in below each.
    pub(crate) fill_in: &'static [&'static str],
    pub(crate) entries: Vec<ListEntry>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ListEntry {
    /// What the text is about, with its punctuation. It may be empty.
    pub(crate) lead: String,
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
    pub(crate) items: Vec<String>,
}

/// Rows under column heads. The first column names the row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Head {
    pub(crate) title: String,
    /// Whether its cells are numbers, which are aligned at their end.
    pub(crate) is_number: bool,
    /// Whether only screen readers need it, because the cells say enough.
    pub(crate) is_hidden: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    /// The row's name, then one cell for each further column.
    pub(crate) cells: Vec<String>,
    /// The row's numbers as a picture.
    pub(crate) picture: Option<ScoreBar>,
    /// The row as a sentence, for reading aloud. Without one, each cell is read after its column's head.
    pub(crate) says: String,
    /// How the last cell is meant.
    pub(crate) tone: Tone,
    pub(crate) notes: Vec<String>,
}

/// A dot on a line from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ScoreBar {
    pub(crate) score: f64,
    pub(crate) range: [f64; 2],
    pub(crate) needs: Option<f64>,
    pub(crate) other: Option<f64>,
    /// Whether the dot is full.
    pub(crate) is_full: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// The score in words: `60 of 100`.
    pub(crate) number: String,
    pub(crate) verdict: String,
    /// The range in words, and the outer range.
    pub(crate) ranges: [String; 2],
    pub(crate) score: f64,
    /// Where the score probably is.
    pub(crate) range: [f64; 2],
    /// The same, including how generously people rate.
    pub(crate) outer: [f64; 2],
    pub(crate) bands: Vec<AxisBand>,
}

/// A band of the bank.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisBand {
    pub(crate) from: f64,
    /// Its short name, or its title.
    pub(crate) title: String,
    /// Whether the range touches it.
    pub(crate) is_touched: bool,
}

/// Figures over the years, one line a series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plot {
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) lines: Vec<PlotLine>,
    pub(crate) sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlotLine {
    pub(crate) title: String,
    /// Whom it describes; may be empty.
    pub(crate) of: String,
    /// Year and figure, years rising.
    pub(crate) points: Vec<(f64, f64)>,
}

impl Document {
    /// Adds the section that `fill` fills, unless it stays empty.
    pub(crate) fn add(
        &mut self,
        placement: Placement,
        id: &str,
        title: &str,
        fill: impl FnOnce(&mut Section),
    ) {
        let mut section = Section::new(placement, id, title);
        fill(&mut section);
        if !section.blocks.is_empty() {
            self.sections.push(section);
        }
    }
}

impl Section {
    pub(crate) fn new(placement: Placement, id: &str, title: &str) -> Section {
        Section { id: id.to_owned(), title: title.to_owned(), placement, is_half: false, blocks: Vec::new() }
    }

    /// Adds a sentence; nothing when it is empty.
    pub(crate) fn say(&mut self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Paragraph(tone, text));
        }
    }

    pub(crate) fn say_all<T: Into<String>>(&mut self, tone: Tone, texts: impl IntoIterator<Item = T>) {
        for text in texts {
            self.say(tone, text);
        }
    }

    /// Adds entries; nothing when there are none.
    pub(crate) fn list<T: Into<ListEntry>>(&mut self, entries: impl IntoIterator<Item = T>) {
        let entries: Vec<ListEntry> = entries.into_iter().map(Into::into).collect();
        if !entries.is_empty() {
            self.blocks.push(Block::List(List { entries, ..List::default() }));
        }
    }

    /// Adds entries under a heading; nothing when there are none.
    pub(crate) fn headed<T: Into<ListEntry>>(&mut self, title: &str, entries: impl IntoIterator<Item = T>) {
        let mut entries = entries.into_iter().peekable();
        if entries.peek().is_some() {
            self.blocks.push(Block::Heading(title.to_owned()));
            self.list(entries);
        }
    }

    /// Adds rows; nothing when there are none.
    pub(crate) fn table(
        &mut self,
        caption: &str,
        heads: &[impl AsRef<str>],
        rows: impl IntoIterator<Item = Row>,
    ) {
        let rows: Vec<Row> = rows.into_iter().collect();
        if !rows.is_empty() {
            self.blocks.push(Block::Table(Table::new(caption, heads, rows)));
        }
    }
}

impl Head {
    /// The title, unless it is hidden.
    pub(crate) fn shown(&self) -> &str {
        if self.is_hidden { "" } else { &self.title }
    }
}

impl Table {
    pub(crate) fn has_bars(&self) -> bool {
        self.rows.iter().any(|row| row.picture.is_some())
    }

    /// A head that begins with `#` is over numbers, one that begins with `~` is hidden.
    pub(crate) fn new(caption: &str, heads: &[impl AsRef<str>], rows: Vec<Row>) -> Table {
        let head = |head: &str| Head {
            title: head.trim_start_matches(['#', '~']).to_owned(),
            is_number: head.starts_with('#'),
            is_hidden: head.starts_with('~'),
        };
        let heads = heads.iter().map(|text| head(text.as_ref())).collect();
        Table { caption: caption.to_owned(), heads, rows }
    }
}

impl ScoreBar {
    /// A full dot with a range.
    pub(crate) fn of(score: f64, range: [f64; 2]) -> ScoreBar {
        ScoreBar { score, range, needs: None, other: None, is_full: true }
    }
}

impl Row {
    pub(crate) fn of<T: Into<String>>(cells: impl IntoIterator<Item = T>) -> Row {
        Row { cells: cells.into_iter().map(Into::into).collect(), ..Row::default() }
    }

    /// The cells after the row's name that are not empty, each behind its head.
    pub(crate) fn headed(&self, heads: &[Head]) -> Vec<String> {
        let cells = self.cells.iter().zip(heads).skip(1).filter(|(cell, _)| !cell.is_empty());
        cells.map(|(cell, head)| format!("{} {cell}", head.shown()).trim().to_owned()).collect()
    }

    pub(crate) fn in_words(&self, heads: &[Head]) -> String {
        let (name, rest) = (&self.cells[0], self.headed(heads).join(", "));
        match self.says.as_str() {
            "" if rest.is_empty() => name.clone(),
            "" => format!("{name}: {rest}"),
            says => says.to_owned(),
        }
    }
}

impl ListEntry {
    pub(crate) fn new(lead: impl Into<String>, text: impl Into<String>) -> ListEntry {
        ListEntry { lead: lead.into(), text: text.into(), ..ListEntry::default() }
    }
}

impl<T: AsRef<str> + ?Sized> From<&T> for ListEntry {
    fn from(text: &T) -> ListEntry {
        ListEntry::new("", text.as_ref())
    }
}

impl Plot {
    /// With more lines than this, readers mix them up.
    pub(crate) const MOST_LINES: usize = 4;
}
