//! Looks at the page as its readers do: in a browser, after its script has run.
//!
//! The markup may be right and the page still be blank, or its filters dead. So headless Chromium
//! draws it, and what stands there is compared with the report for programs.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyrfc_core::compliance::Report;
use serde::Deserialize;

use super::json;
use crate::{Result, interop::apt_install};

/// How the browser's program is called by those who distribute it.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// The window, in pixels.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 1600;
/// Of all pixels, the commonest colour may have so many percent: text on its background has less.
const BLANK_PERCENT: usize = 97;
/// A page with text, bars and chips in it has at least so many colours.
const COLOURS: usize = 16;

/// What the report for programs says, as far as the page shows it.
#[derive(Debug, Deserialize)]
struct Totals {
    totals: BTreeMap<String, usize>,
}

/// Draws `page` and compares it with `reports`; the picture is kept beside it.
///
/// # Errors
/// There is no browser, or the page is blank or tells something else.
pub(super) fn look(reports: &[Report], page: &Path) -> Result<PathBuf> {
    let page = page.canonicalize()?;
    let program = program()?;
    let profile = tempfile::tempdir()?;
    let browse = |query: &str, arguments: &[String]| -> Result<Vec<u8>> {
        let output = Command::new(&program)
            .args(["--headless=new", "--disable-gpu", "--no-first-run", "--hide-scrollbars"])
            // A container's user may not make the namespaces of its sandbox; the page is ours.
            .arg("--no-sandbox")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={WIDTH},{HEIGHT}"))
            .args(arguments)
            .arg(format!("file://{}{query}", page.display()))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()?;
        if !output.status.success() {
            return Err(format!("{program} ended with {}", output.status).into());
        }
        Ok(output.stdout)
    };

    let picture = page.with_extension("png");
    browse("", &[format!("--screenshot={}", picture.display())])?;
    is_drawn(&std::fs::read(&picture)?)?;

    let Totals { totals } = serde_json::from_str(&json::render(reports))?;
    let all: usize = totals.values().sum();
    let dom = |query: &str| -> Result<String> {
        Ok(String::from_utf8(browse(query, &["--dump-dom".to_owned()])?)?)
    };
    agrees(&dom("")?, &totals, all)?;
    // Every filter, as a link to it would set it.
    for (status, &count) in totals.iter().filter(|(_, count)| **count > 0) {
        let shown = shown(&dom(&format!("?status={status}"))?)?;
        if shown != (count, all) {
            return Err(format!("filtered by {status} the page shows {shown:?}, not {count} of {all}").into());
        }
    }
    Ok(picture)
}

/// The browser; installed where there is none, and a package manager that has it.
fn program() -> Result<String> {
    let found = || PROGRAMS.into_iter().find(|name| runs(name)).map(str::to_owned);
    if let Some(name) = found() {
        return Ok(name);
    }
    apt_install(&["chromium"])?;
    found().ok_or_else(|| "there is no Chromium here".into())
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether a picture shows more than its background.
fn is_drawn(picture: &[u8]) -> Result<()> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("a picture too large for memory")?];
    let info = reader.next_frame(&mut pixels)?;
    let mut colours: BTreeMap<&[u8], usize> = BTreeMap::new();
    for pixel in pixels.chunks_exact(info.color_type.samples()) {
        *colours.entry(pixel).or_default() += 1;
    }
    let all: usize = colours.values().sum();
    let most = colours.values().max().copied().unwrap_or_default();
    if colours.len() < COLOURS || most * 100 > all * BLANK_PERCENT {
        return Err(
            format!("the page is blank: {} colours, {most} of {all} pixels alike", colours.len()).into()
        );
    }
    Ok(())
}

/// Whether the page has the totals of the report, and a row for each requirement.
fn agrees(dom: &str, totals: &BTreeMap<String, usize>, all: usize) -> Result<()> {
    let header = dom.split("</header>").next().unwrap_or_default();
    let mut seen = BTreeSet::new();
    for (status, &count) in totals {
        let entry = format!("<li class=\"{status}\"><b>{count}</b> {status}</li>");
        if count > 0 && !header.contains(&entry) {
            return Err(format!("the page does not say {count} {status}").into());
        }
        let rows = dom.matches(&format!("data-status=\"{status}\"")).count();
        if rows != count {
            return Err(format!("the page has {rows} rows that are {status}, not {count}").into());
        }
    }
    for row in dom.split("<li id=\"").skip(1) {
        let id = row.split('"').next().unwrap_or_default();
        if !seen.insert(id) {
            return Err(format!("two rows of the page are called {id}").into());
        }
    }
    let shown = shown(dom)?;
    if shown != (all, all) {
        return Err(format!("without a filter the page shows {shown:?} of {all}").into());
    }
    Ok(())
}

/// What the page says of its filter: how many rows are shown, of how many.
fn shown(dom: &str) -> Result<(usize, usize)> {
    let after = dom.split("id=\"shown\"").nth(1).ok_or("the page has no count of what is shown")?;
    let text = after.split(['>', '<']).nth(1).unwrap_or_default();
    let mut words = text.split(' ');
    let (Some(shown), Some("of"), Some(all)) = (words.next(), words.next(), words.next()) else {
        return Err(format!("the page's script did not run: `{text}`").into());
    };
    Ok((shown.parse()?, all.parse()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::{html, tests};

    fn picture(pixel: impl Fn(u32) -> u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 64, 64);
        encoder.set_color(png::ColorType::Grayscale);
        let data: Vec<u8> = (0..64 * 64).map(pixel).collect();
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        bytes
    }

    #[test]
    fn a_blank_picture_is_noticed() {
        assert!(is_drawn(&picture(|at| (at % 200) as u8)).is_ok());
        assert!(is_drawn(&picture(|_| 255)).is_err());
        assert!(is_drawn(&picture(|at| if at < 20 { at as u8 } else { 255 })).is_err());
        assert!(is_drawn(b"no picture").is_err());
    }

    /// What a browser would show of a page whose script has run.
    fn drawn(page: &str, shown: &str) -> String {
        page.replace("aria-live=\"polite\"></span>", &format!("aria-live=\"polite\">{shown}</span>"))
    }

    #[test]
    fn a_page_that_tells_something_else_is_noticed() {
        let reports = [tests::report(&tests::GOOD)];
        let page = html::render(&reports);
        let Totals { totals } = serde_json::from_str(&json::render(&reports)).unwrap();
        let all = totals.values().sum();
        assert!(agrees(&drawn(&page, "7 of 7 shown"), &totals, all).is_ok());
        assert!(agrees(&page, &totals, all).is_err(), "the script did not run");
        assert!(agrees(&drawn(&page, "6 of 7 shown"), &totals, all).is_err());
        let less = page.replacen("data-status=\"verified\"", "", 1);
        assert!(agrees(&drawn(&less, "7 of 7 shown"), &totals, all).is_err());
        let wrong = page.replacen("<li class=\"verified\"><b>", "<li class=\"verified\"><b>1", 1);
        assert!(agrees(&drawn(&wrong, "7 of 7 shown"), &totals, all).is_err());
    }
}
