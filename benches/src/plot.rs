//! Curves over numbers that grow by powers of ten, as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
/// Room for the names of the curves.
const RIGHT: f64 = 260.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 60.0;

/// Told apart by people who cannot tell red from green.
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// One curve.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Whether it is a peer's, and so dashed.
    pub peer: bool,
    /// How many there were, and what one of them cost.
    pub points: Vec<(usize, f64)>,
}

/// A drawing.
#[derive(Clone, Debug)]
pub struct Plot {
    /// Above it.
    pub title: &'static str,
    /// Below the horizontal axis.
    pub count: &'static str,
    /// Beside the vertical one.
    pub cost: &'static str,
    /// The curves.
    pub series: Vec<Series>,
}

impl Plot {
    /// The drawing as a file.
    #[must_use]
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let most = points().map(|(count, _)| *count).max().unwrap_or(1).max(10) as f64;
        let decades = most.log10();
        let (top, step) = scale(points().map(|(_, cost)| *cost).fold(0.0, f64::max));
        let x = |count: usize| LEFT + (count as f64).log10() / decades * (WIDTH - LEFT - RIGHT);
        let y = |cost: f64| HEIGHT - BOTTOM - cost / top * (HEIGHT - TOP - BOTTOM);

        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n\
             <title>{title}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n",
            title = self.title,
        );
        text(&mut svg, LEFT, 20.0, "start", &format!("<tspan font-weight=\"bold\">{}</tspan>", self.title));
        text(&mut svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 15.0, "middle", self.count);
        text(&mut svg, LEFT, TOP - 10.0, "end", self.cost);
        let mut line = 0.0;
        while line <= top {
            grid(&mut svg, (LEFT, y(line)), (WIDTH - RIGHT, y(line)));
            text(&mut svg, LEFT - 8.0, y(line) + 4.0, "end", &format!("{line}"));
            line += step;
        }
        for decade in 0..=decades.round() as u32 {
            let count = 10_usize.pow(decade);
            grid(&mut svg, (x(count), TOP), (x(count), HEIGHT - BOTTOM));
            text(&mut svg, x(count), HEIGHT - BOTTOM + 18.0, "middle", &grouped(count));
        }
        for (place, (series, colour)) in self.series.iter().zip(COLOURS.iter().cycle()).enumerate() {
            let dash = if series.peer { " stroke-dasharray=\"5 4\"" } else { "" };
            let path: Vec<String> = series
                .points
                .iter()
                .map(|(count, cost)| format!("{:.1},{:.1}", x(*count), y(*cost)))
                .collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>",
                path.join(" ")
            );
            for (count, cost) in &series.points {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"><title>{}: {cost:.0}</title></circle>",
                    x(*count),
                    y(*cost),
                    grouped(*count)
                );
            }
            let height = TOP + 4.0 + 18.0 * place as f64;
            let _ = writeln!(
                svg,
                "<line x1=\"{}\" y1=\"{height}\" x2=\"{}\" y2=\"{height}\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>",
                WIDTH - RIGHT + 30.0,
                WIDTH - RIGHT + 60.0
            );
            text(&mut svg, WIDTH - RIGHT + 68.0, height + 4.0, "start", &series.name);
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// Where the vertical axis ends, and how far apart its lines are.
fn scale(highest: f64) -> (f64, f64) {
    let wanted = (highest * 1.1).max(1.0);
    let magnitude = 10_f64.powf((wanted / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|part| part * magnitude);
    let step = step.into_iter().find(|step| step * 5.0 >= wanted).unwrap_or(10.0 * magnitude);
    ((wanted / step).ceil() * step, step)
}

/// `1000000` as `1 000 000`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(" ")
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#333333\">{text}</text>"
    );
}

fn grid(svg: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#dddddd\"/>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_above_the_highest_point_at_a_round_number() {
        assert_eq!(scale(430.0), (500.0, 100.0));
        assert_eq!(scale(0.0), (1.0, 0.2));
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(grouped(1_000_000), "1 000 000");
        assert_eq!(grouped(10), "10");
    }
}
