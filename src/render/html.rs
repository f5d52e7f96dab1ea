//! A document as one self-contained page: no script, no inline style, nothing fetched.
//!
//! [`Html::raw`] writes markup and takes only texts of this program. [`Html::text`] escapes every other text.

use itertools::Itertools;

use crate::document::{
    Axis, Block, Document, Head, List, ListEntry, Placement, Plot, PlotLine, Row, ScoreBar, Section, Table,
    Tone,
};
use crate::render::plot::{self, Drawn};
use crate::report::whole;
use crate::text::{is_right_to_left, number};

/// Heads of columns up to this length in bytes are never broken.
const LONGEST_WORD: usize = 12;

/// The one style of every page.
const STYLE: &str = include_str!("page.css");

/// The first element of the head. A test checks that the hash is that of [`STYLE`].
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-QtxRsjxNNY/4vZzq6J3f8eWdR1xi/PX6BrdOUHf7zV4='; \
    img-src data:; base-uri 'none'; form-action 'none'";

/// Height of the picture of a score on the bands.
const AXIS: f64 = 20.0;
/// The room that a label under it needs, in percent of its width.
const LABEL: f64 = 6.0;

pub(super) fn render(document: &Document) -> String {
    let mut html = Html(String::new());
    let language = document.language.as_deref().unwrap_or("en");
    html.raw("<!DOCTYPE html>\n<html").attribute("lang", language);
    html.raw(if is_right_to_left(language) { " dir=\"rtl\">" } else { ">" });
    html.raw("\n<head>\n<meta http-equiv=\"Content-Security-Policy\"")
        .attribute("content", POLICY)
        .raw(">\n");
    html.raw(
        "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    html.element("title", &document.title).raw("<style>").raw(STYLE).raw("</style>\n</head>\n<body>\n");
    html.raw("<header>\n").element("h1", &document.title);
    if !document.about.is_empty() {
        html.open("p", &["about"]).raw(">").text(&document.about).raw("</p>\n");
    }
    if !document.fill_in.is_empty() {
        html.open("p", &["fill-in"]).raw(">").blanks(&document.fill_in).raw("</p>\n");
    }
    html.raw("</header>\n");
    html.contents(document);
    html.raw("<main>\n");
    let n_first =
        document.sections.iter().take_while(|section| section.placement == Placement::First).count();
    html.raw(if n_first > 0 { "<div class=\"first\">\n" } else { "" });
    for (number, section) in (1..).zip(&document.sections) {
        html.section(section);
        html.raw(if number == n_first { "</div>\n" } else { "" });
    }
    html.raw("</main>\n<footer>\n");
    for note in &document.footer {
        html.element("p", note);
    }
    html.raw("<p>Made on your own computer by coofit; nothing was sent anywhere.</p>\n</footer>\n</body>\n</html>\n");
    html.0
}

/// A page in the making.
struct Html(String);

impl Html {
    fn raw(&mut self, markup: &'static str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    fn text(&mut self, text: &str) -> &mut Html {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&#34;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    fn element(&mut self, tag: &'static str, text: &str) -> &mut Html {
        self.open(tag, &[]).raw(">").text(text).raw("</").raw(tag).raw(">\n")
    }

    /// A start tag without its `>`.
    fn open(&mut self, tag: &'static str, classes: &[&str]) -> &mut Html {
        self.raw("<").raw(tag).classes(classes)
    }

    /// The classes that are not empty; no attribute if all are empty.
    fn classes(&mut self, classes: &[&str]) -> &mut Html {
        let classes = classes.iter().filter(|class| !class.is_empty()).join(" ");
        if classes.is_empty() { self } else { self.attribute("class", &classes) }
    }

    /// Nothing if the text is empty.
    fn span(&mut self, class: &str, text: &str) -> &mut Html {
        if text.is_empty() { self } else { self.open("span", &[class]).raw(">").text(text).raw("</span>") }
    }

    /// An attribute in percent of a picture's width.
    fn share(&mut self, name: &'static str, value: f64) -> &mut Html {
        self.attribute(name, &format!("{:.2}%", value.clamp(0.0, 100.0)))
    }

    /// An attribute in pixels.
    fn pixels(&mut self, name: &'static str, value: f64) -> &mut Html {
        self.attribute(name, &format!("{value:.2}"))
    }

    fn attribute(&mut self, name: &'static str, value: &str) -> &mut Html {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    /// A straight line in a picture, from one share of its width to another.
    fn line(&mut self, class: &str, x: [f64; 2], y: [f64; 2]) -> &mut Html {
        self.open("line", &[class]).share("x1", x[0]).share("x2", x[1]);
        self.pixels("y1", y[0]).pixels("y2", y[1]).raw("/>")
    }

    fn dot(&mut self, class: &str, x: f64, y: f64, r: f64) -> &mut Html {
        self.open("circle", &[class]).share("cx", x).pixels("cy", y).pixels("r", r).raw("/>")
    }

    /// A text in a picture.
    fn label(&mut self, class: &str, x: f64, y: f64, text: &str) -> &mut Html {
        self.open("text", &[class]).share("x", x).pixels("y", y).raw(">").text(text).raw("</text>")
    }

    fn blanks(&mut self, names: &[&str]) -> &mut Html {
        for name in names {
            self.span("blank", name);
        }
        self
    }

    fn contents(&mut self, document: &Document) {
        // The first screen needs no link, and one link is enough for all folded sections.
        let titled = |placement| {
            let is_there =
                move |section: &&Section| section.placement == placement && !section.title.is_empty();
            document.sections.iter().filter(is_there)
        };
        let below = titled(Placement::Below).map(|section| (section.id.as_str(), section.title.as_str()));
        let folded = titled(Placement::Folded).take(1).map(|section| (section.id.as_str(), "More"));
        let links = below.chain(folded).collect_vec();
        if links.len() < 3 {
            return;
        }
        self.raw("<nav aria-label=\"On this page\">\n<ul>\n");
        for (id, title) in links {
            self.raw("<li><a href=\"#").text(id).raw("\">").text(title).raw("</a></li>\n");
        }
        self.raw("</ul>\n</nav>\n");
    }

    fn section(&mut self, section: &Section) {
        let is_folded = section.placement == Placement::Folded;
        let half = if section.is_half { "half" } else { "" };
        self.open("section", &[if is_folded { "folded" } else { half }]);
        if !section.title.is_empty() {
            self.attribute("aria-labelledby", &section.id);
        }
        self.raw(">\n").raw(if is_folded { "<details>\n<summary>" } else { "" });
        if !section.title.is_empty() {
            self.raw("<h2").attribute("id", &section.id).raw(">").text(&section.title).raw("</h2>");
        }
        self.raw(if is_folded { "</summary>\n" } else { "\n" }).blocks(&section.blocks);
        self.raw(if is_folded { "</details>\n" } else { "" }).raw("</section>\n");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(tone, text) => self.paragraph(*tone, text),
                Block::Heading(title) => {
                    self.element("h3", title);
                }
                Block::List(list) => self.list(list),
                Block::Table(table) => self.table(table),
                Block::Facts(facts) => {
                    self.raw("<dl class=\"facts\">\n");
                    for [name, value] in facts {
                        self.raw("<div><dt>").text(name).raw("</dt><dd>").text(value).raw("</dd></div>\n");
                    }
                    self.raw("</dl>\n");
                }
                Block::Axis(axis) => self.axis(axis),
                Block::Plot(plot) => self.plot(plot),
            }
        }
    }

    fn paragraph(&mut self, tone: Tone, text: &str) {
        let class = match tone {
            Tone::Plain | Tone::Good => "",
            Tone::Strong => "strong",
            Tone::Aside | Tone::Legend => "aside",
            Tone::Warn => "warn",
        };
        self.open("p", &[class]).raw(">").text(text).raw("</p>\n");
    }

    fn list(&mut self, list: &List) {
        self.raw(if list.is_numbered { "<ol>\n" } else { "<ul>\n" });
        for ListEntry { lead, text, notes, items } in &list.entries {
            self.raw("<li>");
            if !lead.is_empty() {
                self.raw("<strong>").text(lead).raw("</strong> ");
            }
            self.text(text);
            for note in notes {
                self.raw(" ").span("note", note);
            }
            if !items.is_empty() {
                self.raw("<ul>");
                for item in items {
                    self.element("li", item);
                }
                self.raw("</ul>");
            }
            if !list.fill_in.is_empty() {
                self.open("span", &["lines"]).raw(">").blanks(list.fill_in).raw("</span>");
            }
            self.raw("</li>\n");
        }
        self.raw(if list.is_numbered { "</ol>\n" } else { "</ul>\n" });
    }

    /// The picture of a row is in the cell of its name.
    fn table(&mut self, table: &Table) {
        const LONG: usize = 16;
        let scores = if table.has_bars() { "scores" } else { "" };
        let is_long = |row: &Row| row.cells[1..].iter().any(|cell| cell.chars().count() > LONG);
        // On a phone, a wide table has its cells below the name of the row. Browsers then no longer treat it as a
        // table, so the roles say what it is.
        let is_wide = table.has_bars() || table.heads.len() > 4 || table.rows.iter().any(is_long);
        self.open("table", &[scores, if is_wide { "wide" } else { "" }]).raw(" role=\"table\">\n");
        if !table.caption.is_empty() {
            self.element("caption", &table.caption);
        }
        self.raw("<thead role=\"rowgroup\"><tr role=\"row\">");
        for head in &table.heads {
            if head.title.is_empty() {
                self.raw("<td role=\"cell\"></td>");
                continue;
            }
            // A date would break at its hyphens, but a long name has to break somewhere.
            let is_word = head.title.len() <= LONGEST_WORD && !head.title.contains(' ');
            let classes = [number_class(head), if is_word { "word" } else { "" }];
            self.raw("<th scope=\"col\" role=\"columnheader\"").classes(&classes).raw(">");
            self.span("unseen", if head.is_hidden { &head.title } else { "" });
            self.text(head.shown()).raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in &table.rows {
            self.row(table, row);
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn row(&mut self, table: &Table, row: &Row) {
        self.raw("<tr role=\"row\">");
        for (column, (cell, head)) in row.cells.iter().zip(&table.heads).enumerate() {
            if column == 0 {
                self.raw("<th scope=\"row\" role=\"rowheader\">").span("name", cell);
                if let Some(bar) = row.picture {
                    self.bar(bar);
                }
                for note in &row.notes {
                    self.span("note", note);
                }
                self.raw("</th>");
                continue;
            }
            let is_last = column + 1 == row.cells.len();
            let tone = match row.tone {
                Tone::Plain => "",
                _ if !is_last => "",
                Tone::Aside => "aside",
                _ => "strong",
            };
            self.raw("<td role=\"cell\"").classes(&[number_class(head), tone]);
            if !head.shown().is_empty() {
                self.attribute("data-head", head.shown());
            }
            self.raw(">").text(cell).raw("</td>");
        }
        self.raw("</tr>\n");
    }

    fn bar(&mut self, bar: ScoreBar) {
        let ScoreBar { score, range, needs, other, is_full } = bar;
        self.raw("<svg class=\"bar\" aria-hidden=\"true\" width=\"100%\" height=\"16\">");
        self.line("rail", [0.0, 100.0], [8.0; 2]).line("range", range, [8.0; 2]);
        if let Some(needs) = needs {
            self.line("needs", [needs; 2], [1.0, 15.0]);
        }
        if let Some(other) = other {
            self.dot("dot", other, 8.0, 4.5);
        }
        self.dot(if is_full { "dot full" } else { "dot" }, score, 8.0, 4.5).raw("</svg>");
    }

    fn axis(&mut self, axis: &Axis) {
        self.raw("<p class=\"score\">").span("number", &axis.number).raw(" ").span("verdict", &axis.verdict);
        let [range, outer] = &axis.ranges;
        self.raw(" ").span("likely", range).raw(" ").span("note", outer).raw("</p>\n");
        if axis.bands.is_empty() {
            return;
        }
        let ends = axis.bands.iter().skip(1).map(|band| band.from).chain([100.0]);
        let stretches: Vec<_> = axis.bands.iter().zip(ends).collect();
        let middle = AXIS / 2.0;
        self.raw("<svg class=\"axis\" aria-hidden=\"true\" width=\"100%\" height=\"38\">");
        for (band, end) in &stretches {
            self.raw("<rect class=\"band\"").share("x", band.from).share("width", end - band.from);
            self.pixels("y", 0.0).pixels("height", AXIS).raw("/>");
        }
        self.line("outer", axis.outer, [middle; 2]).line("range", axis.range, [middle; 2]);
        self.dot("dot full", axis.score, middle, 7.0);
        let mut last = None;
        for band in &axis.bands {
            let is_apart = last.is_none_or(|last| band.from - last >= LABEL);
            if is_apart && band.from <= 100.0 - LABEL {
                let class = if band.from > 0.0 { "middle" } else { "start" };
                self.label(class, band.from, AXIS + 15.0, &whole(band.from));
                last = Some(band.from);
            }
        }
        self.label("end", 100.0, AXIS + 15.0, "100").raw("</svg>\n<ul class=\"bands\">\n");
        for (band, end) in &stretches {
            // Widths come in classes, because a page has no inline style.
            let width = format!("w{:.0}", ((end - band.from) / 5.0).round());
            let touched = if band.is_touched { " touched" } else { "" };
            self.raw("<li").attribute("class", &(width + touched)).raw(">").text(&band.title).raw("</li>\n");
        }
        self.raw("</ul>\n");
    }

    fn plot(&mut self, plot: &Plot) {
        let drawn = Drawn::new(plot);
        self.raw("<div class=\"figure\">\n").element("h3", &plot.title).paragraph(Tone::Aside, &plot.unit);
        self.raw("<svg class=\"plot\" role=\"img\" width=\"100%\"").pixels("height", plot::HEIGHT).raw(">");
        self.element("title", &drawn.says);
        for (y, label) in &drawn.grid {
            self.line("grid", [0.0, 100.0], [*y; 2]).label("start", 0.0, y - 4.0, label);
        }
        for (x, year) in &drawn.years {
            self.label("middle", *x, plot::HEIGHT - 8.0, year);
        }
        for (style, points) in drawn.lines.iter().enumerate() {
            for pair in points.windows(2) {
                self.line(&format!("trace t{style}"), [pair[0].0, pair[1].0], [pair[0].1, pair[1].1]);
            }
            for (x, y) in points {
                self.dot(&format!("point t{style}"), *x, *y, 3.0);
            }
        }
        self.raw("</svg>\n<ul class=\"legend\">\n");
        for (style, line) in plot.lines.iter().enumerate() {
            self.raw("<li><svg width=\"34\" height=\"10\" aria-hidden=\"true\">");
            self.line(&format!("trace t{style}"), [5.0, 95.0], [5.0; 2]);
            self.dot(&format!("point t{style}"), 50.0, 5.0, 3.0);
            self.raw("</svg><strong>").text(&line.title).raw("</strong>");
            if !line.of.is_empty() {
                self.raw(": ").text(&line.of);
            }
            self.raw("</li>\n");
        }
        self.raw("</ul>\n");
        for source in &plot.sources {
            self.paragraph(Tone::Aside, source);
        }
        self.raw("<details>\n<summary>The figures: ").text(&plot.title).raw("</summary>\n");
        self.table(&figures(plot));
        self.raw("</details>\n</div>\n");
    }
}

fn number_class(head: &Head) -> &'static str {
    if head.is_number { "number" } else { "" }
}

/// The figures of a plot: one row a year.
fn figures(plot: &Plot) -> Table {
    let mut heads = vec!["Year".to_owned()];
    heads.extend(plot.lines.iter().map(|line| format!("#{}", line.title)));
    let rows = plot::years(plot).into_iter().map(|year| {
        let figure = |line: &PlotLine| {
            let point = line.points.iter().find(|(at, _)| (at - year).abs() < 1e-9);
            point.map_or_else(String::new, |(_, figure)| plot::signed(*figure))
        };
        Row::of([number(year)].into_iter().chain(plot.lines.iter().map(figure)))
    });
    Table::new("", &heads, rows.collect())
}
