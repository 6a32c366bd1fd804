//! What a forger can do to a record whose bytes it may rearrange, but not sign.

/// How a record was tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Flip,
    Insert,
    Duplicate,
    Reorder,
    MoveTable,
    Nest,
    Lengthen,
    Cut,
    SwapObjects,
    SwapCards,
    SwapApplications,
    SwapReadings,
}

/// A record, taken apart: its objects as they are encoded, and the filler.
pub(crate) struct Parts {
    tag: Vec<u8>,
    /// Bytes of the outer length field.
    length_field: usize,
    pub(crate) objects: Vec<Vec<u8>>,
    filler: Vec<u8>,
}

/// Everything done to one record, with one of the same kind from another card at hand.
pub(crate) fn tampered(file: &[u8], donor: &[u8]) -> Vec<(Kind, Vec<u8>)> {
    let mut all = Vec::new();
    for at in 0..file.len() {
        for mask in [1 << (at % 8), 0xFF] {
            let mut bytes = file.to_vec();
            bytes[at] ^= mask;
            all.push((Kind::Flip, bytes));
        }
        all.push((Kind::Cut, file[..at].to_vec()));
    }
    for more in [&[0x00][..], &[0xFF; 3], &[0xDF, 0x22, 0x00], file, donor] {
        all.push((Kind::Lengthen, [file, more].concat()));
        all.push((Kind::Insert, [more, file].concat()));
    }
    let (Some(parts), Some(donor)) = (Parts::of(file), Parts::of(donor)) else { return all };
    let mut rearranged = |kind, objects: Vec<Vec<u8>>| {
        all.extend(parts.encoded(&objects).into_iter().map(|bytes| (kind, bytes)));
    };
    let own = &parts.objects;
    let with = |place: usize, object: &[u8]| {
        let mut objects = own.clone();
        objects.insert(place, object.to_vec());
        objects
    };
    let instead = |place: usize, object: Option<Vec<u8>>| {
        let mut objects = own.clone();
        objects.splice(place..=place, object);
        objects
    };
    for place in 0..=own.len() {
        for object in donor.objects.iter().chain([&vec![0xDF, 0x7E, 0x01, 0x00], &vec![0xFF]]) {
            rearranged(Kind::Insert, with(place, object));
        }
        own.iter().for_each(|object| rearranged(Kind::Duplicate, with(place, object)));
        if place < own.len() {
            let mut objects = own.clone();
            let table = objects.remove(0);
            objects.insert(place, table);
            rearranged(Kind::MoveTable, objects);
        }
    }
    for (place, object) in own.iter().enumerate() {
        for other in place + 1..own.len() {
            let mut objects = own.clone();
            objects.swap(place, other);
            rearranged(Kind::Reorder, objects);
        }
        let (tag, value) = (&object[..2], value_of(object));
        for outer in [tag, &[0xFF, 0x6F], &parts.tag] {
            rearranged(Kind::Nest, instead(place, Some(long_object(outer, object))));
            let rest = own[place..].concat();
            rearranged(Kind::Nest, [&own[..place], &[long_object(outer, &rest)]].concat());
        }
        let length = u8::try_from(value.len() >> 8).unwrap();
        let longer = [tag, &[0x83, 0, length, value.len().to_le_bytes()[0]], value].concat();
        rearranged(Kind::Lengthen, instead(place, Some(longer)));
        rearranged(Kind::Lengthen, instead(place, Some(long_object(tag, &[value, b"1"].concat()))));
        rearranged(Kind::Cut, instead(place, Some(long_object(tag, &value[1..]))));
        rearranged(Kind::Cut, instead(place, Some(long_object(tag, &value[..value.len() - 1]))));
        rearranged(Kind::Cut, instead(place, None));
    }
    // Every mixture of the objects of two cards.
    for chosen in 1..1_u32 << own.len() {
        let objects = own.iter().zip(&donor.objects).enumerate();
        let mixed = objects.map(|(place, (own, other))| if chosen >> place & 1 == 0 { own } else { other });
        rearranged(Kind::SwapObjects, mixed.cloned().collect());
    }
    all
}

impl Parts {
    /// `None` for a record that holds no objects.
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        let value = value_of(file);
        let start = value.as_ptr().addr() - file.as_ptr().addr();
        let (mut objects, mut rest) = (Vec::new(), value);
        while !rest.is_empty() {
            if !matches!(rest[0], 0xDF | 0x5F) {
                return None;
            }
            let inner = value_of(rest);
            let end = inner.as_ptr().addr() - rest.as_ptr().addr() + inner.len();
            objects.push(rest[..end].to_vec());
            rest = &rest[end..];
        }
        let filler = file[start + value.len()..].to_vec();
        Some(Self { tag: file[..2].to_vec(), length_field: start - 2, objects, filler })
    }

    /// These objects as such a record: with the table of offsets as it is, and, where it lists objects that are there,
    /// with one that points to the first and one that points to the last of each name.
    pub(crate) fn encoded(&self, objects: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let length = objects.concat().len();
        let field = match (self.length_field, u8::try_from(length)) {
            (1, Ok(length @ 0..=0x7F)) => vec![length],
            (2, Ok(length)) => vec![0x81, length],
            _ => [&[0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
        };
        let header = [&self.tag[..], &field].concat();
        let whole = |objects: &[Vec<u8>]| [&header[..], &objects.concat(), &self.filler].concat();
        let mut forms = vec![whole(objects)];
        let Some(table) = objects.iter().position(|object| object[..2.min(object.len())] == [0xDF, 0x21])
        else {
            return forms;
        };
        let stands_at = |place: usize| header.len() + objects[..place].concat().len();
        for last in [false, true] {
            let mut value = Vec::new();
            for listed in self.objects.iter().filter(|object| object[..2] != [0xDF, 0x21]) {
                let is_named = |object: &Vec<u8>| object.starts_with(&listed[..2]);
                let place = match last {
                    false => objects.iter().position(is_named),
                    true => objects.iter().rposition(is_named),
                };
                let place = place.map_or(0, stands_at);
                value.extend(u16::try_from(place).unwrap().to_be_bytes());
            }
            let mut objects = objects.to_vec();
            if value_of(&objects[table]).len() == value.len() {
                let start = objects[table].len() - value.len();
                objects[table].splice(start.., value);
                forms.push(whole(&objects));
            }
        }
        forms.dedup();
        forms
    }
}

/// With a length field of three bytes.
pub(crate) fn long_object(tag: &[u8], value: &[u8]) -> Vec<u8> {
    [tag, &[0x82], &u16::try_from(value.len()).unwrap().to_be_bytes(), value].concat()
}

/// The value of the object that these bytes begin with; its tag has two bytes.
pub(crate) fn value_of(object: &[u8]) -> &[u8] {
    match object[2..] {
        [0x82, high, low, ref rest @ ..] | [0x83, 0, high, low, ref rest @ ..] => {
            &rest[..usize::from(u16::from_be_bytes([high, low]))]
        }
        [0x81, length, ref rest @ ..] | [length, ref rest @ ..] => &rest[..usize::from(length)],
        [] => &[],
    }
}
