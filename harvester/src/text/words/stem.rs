//! Reduces words of English to their stems.

use tantivy::tokenizer::{
    Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};

use super::kept::Kept;

/// The most stems that are kept: at most about two megabytes.
const MOST_STEMS: usize = 16_384;

/// Stems words that hold no digit.
#[derive(Clone, Copy)]
pub(super) struct StemWords;

impl TokenFilter for StemWords {
    type Tokenizer<T: Tokenizer> = StemmingWords<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> StemmingWords<T> {
        let stemmer = TextAnalyzer::builder(RawTokenizer::default())
            .filter(Stemmer::new(Language::English))
            .build();
        StemmingWords {
            inner: tokenizer,
            stems: Stems {
                stemmer,
                known: Kept::up_to(MOST_STEMS),
            },
        }
    }
}

#[derive(Clone)]
pub(super) struct StemmingWords<T> {
    inner: T,
    stems: Stems,
}

impl<T: Tokenizer> Tokenizer for StemmingWords<T> {
    type TokenStream<'a> = StemStream<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        StemStream {
            words: self.inner.token_stream(text),
            stems: &mut self.stems,
        }
    }
}

pub(super) struct StemStream<'a, S> {
    words: S,
    stems: &'a mut Stems,
}

impl<S: TokenStream> TokenStream for StemStream<'_, S> {
    fn advance(&mut self) -> bool {
        if !self.words.advance() {
            return false;
        }
        let token = self.words.token_mut();
        if token.text.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.stems.replace(&mut token.text);
        }
        true
    }

    fn token(&self) -> &Token {
        self.words.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.words.token_mut()
    }
}

/// Stems that were worked out before: the words of a language repeat, and stemming one costs more than looking it up.
#[derive(Clone)]
struct Stems {
    stemmer: TextAnalyzer,
    known: Kept<String>,
}

impl Stems {
    fn replace(&mut self, word: &mut String) {
        let stemmer = &mut self.stemmer;
        let stem = self.known.get(word, |word, stem| {
            stem.clear();
            stemmer
                .token_stream(word)
                .process(&mut |token| stem.push_str(&token.text));
        });
        if stem != word {
            word.clone_from(stem);
        }
    }
}
