use handoff::prelude::*;

#[contract]
#[derive(PartialEq)]
pub struct Page<T: Clone>
where
    T: PartialEq,
{
    pub items: Vec<T>,
}

#[contract]
pub enum Found<T, const N: usize = 2> {
    Some { items: [T; N] },
    Nothing,
}

// The mistakes are said of the contracts alone.
#[contract]
pub struct Book {
    pub page: Page<String>,
    pub found: Option<Found<u8>>,
}

#[agent]
async fn open(page: Page<String>) -> Book {
    Book { page: page.clone(), found: Some(Found::Nothing) }
}

#[agent]
async fn close(book: Book) -> Page<String> {
    println!("{:?}", book.page);
    book.page
}

pipeline! { pub read(Page<String>) -> Page<String> { open => close } }

fn main() {}
