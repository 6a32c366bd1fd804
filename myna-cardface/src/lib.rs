//! The card-face applications of the My Number Card.
