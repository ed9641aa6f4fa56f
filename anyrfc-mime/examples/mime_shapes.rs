//! Reads one shape that is built to hurt, of so many KiB: `mime_shapes NUMBER SIZE`. Without arguments
//! it lists them. Counted by `perf stat -e instructions:u` or `valgrind`, four times the size costs
//! four times as much.

#[path = "../tests/support/shapes.rs"]
mod shapes;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let (Some(Ok(number)), Some(Ok(size))) = (arguments.next(), arguments.next()) else {
        for (number, (name, data)) in shapes::shapes(1 << 10).iter().enumerate() {
            let start = data.get(..60).unwrap_or(data);
            println!("{number}: {name}: {}", start.escape_ascii());
        }
        return;
    };
    if let Some((name, data)) = shapes::shapes(size << 10).get(number) {
        println!("{name}: {} read as {}", data.len(), shapes::read_all(data));
    }
}
