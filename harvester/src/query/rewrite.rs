//! Alters a query before it runs: searches are made and take the place of `SERVICE`, and the places where an evaluation
//! would not stop or a text would not end call a guard (`guard.rs`). Its answer stays the same.

use std::collections::BTreeSet;
use std::mem::replace;

use oxigraph::model::{Literal, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, Function, GraphPattern, OrderExpression,
};

use super::error::QueryError;
use super::guard::{Guard, group_concat};
use super::search::Searches;

/// A rewritten query.
pub(super) struct Rewritten {
    /// It.
    pub query: Query,
    /// The separators of its GROUP_CONCATs, by number.
    pub separators: Vec<String>,
    /// Whether it is small enough to be optimised.
    pub is_for_optimiser: bool,
}

/// Triple patterns and paths of a query that is optimised. The optimiser orders joins in more than quadratic time and
/// cannot be stopped: 40 patterns took it 0.9 s and 120 took it 13 s (without compiler optimisation; sparopt 0.3.9). What
/// has more is evaluated as it is written: right, and stoppable.
const OPTIMISED: usize = 100;

/// Rewrites a query.
///
/// # Errors
/// Those of [`Searches::table`].
pub(super) fn rewrite(query: Query, searches: Searches<'_>) -> Result<Rewritten, QueryError> {
    let mut rewriter = Rewriter {
        searches,
        separators: Vec::new(),
        marks: 0,
        patterns: 0,
    };
    let mut query = query;
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = &mut query;
    rewriter.pattern(pattern)?;
    Ok(Rewritten {
        query,
        separators: rewriter.separators,
        is_for_optimiser: rewriter.patterns <= OPTIMISED,
    })
}

/// How many tables in hand a pattern multiplies. One that does not read the store for each of its rows is a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tables {
    /// It reads the store.
    None,
    /// One, as it is or joined with what reads the store.
    One,
    /// Several: guarded.
    Several,
}

struct Rewriter<'a> {
    searches: Searches<'a>,
    separators: Vec<String>,
    marks: usize,
    patterns: usize,
}

impl Rewriter<'_> {
    fn pattern(&mut self, pattern: &mut GraphPattern) -> Result<Tables, QueryError> {
        Ok(match pattern {
            GraphPattern::Bgp { patterns } => {
                self.patterns += patterns.len();
                Tables::None
            }
            GraphPattern::Path { .. } => {
                self.patterns += 1;
                Tables::None
            }
            GraphPattern::Values { .. } => Tables::One,
            GraphPattern::Service { name, inner, .. } => {
                *pattern = self.searches.table(name, inner)?;
                Tables::One
            }
            GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
                let tables = (self.pattern(left)?, self.pattern(right)?);
                self.product(pattern, tables)
            }
            GraphPattern::LeftJoin {
                left,
                right,
                expression,
            } => {
                let tables = (self.pattern(left)?, self.pattern(right)?);
                if let Some(expression) = expression {
                    self.expression(expression)?;
                    if tables.0 != Tables::None && tables.1 != Tables::None {
                        guard(expression);
                    }
                }
                self.product(pattern, tables)
            }
            GraphPattern::Filter { expr, inner } => {
                let tables = self.pattern(inner)?;
                self.expression(expr)?;
                if tables == Tables::Several {
                    guard(expr);
                }
                tables
            }
            GraphPattern::Union { left, right } => self.pattern(left)?.max(self.pattern(right)?),
            GraphPattern::Minus { left, right } => {
                self.pattern(right)?;
                self.pattern(left)?
            }
            GraphPattern::Graph { inner, .. } => self.pattern(inner)?,
            GraphPattern::Extend {
                inner, expression, ..
            } => {
                self.expression(expression)?;
                self.pattern(inner)?
            }
            _ => self.solution_modifier(pattern)?,
        })
    }

    /// What is made by these is held or counted off before it is joined: a table. They take row after row without giving
    /// one (sort, group, duplicates) and go on when one is an error, so that each row asks whether to go on.
    fn solution_modifier(&mut self, pattern: &mut GraphPattern) -> Result<Tables, QueryError> {
        match pattern {
            GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => {
                self.pattern(inner)?;
            }
            GraphPattern::Project { inner, .. } => {
                self.pattern(inner)?;
                if !matches!(inner.as_ref(), GraphPattern::OrderBy { .. }) {
                    self.mark(inner);
                }
            }
            GraphPattern::OrderBy { inner, expression } => {
                self.pattern(inner)?;
                self.mark(inner);
                for OrderExpression::Asc(by) | OrderExpression::Desc(by) in expression {
                    self.expression(by)?;
                }
            }
            GraphPattern::Group {
                inner, aggregates, ..
            } => {
                let visible = variables_of(inner);
                self.pattern(inner)?;
                self.mark(inner);
                // COUNT(DISTINCT *) compares whole rows, in which our own variables must not be
                if aggregates.iter().any(|(_, aggregate)| {
                    matches!(
                        aggregate,
                        AggregateExpression::CountSolutions { distinct: true }
                    )
                }) {
                    project(inner, visible);
                }
                for (_, aggregate) in aggregates {
                    self.aggregate(aggregate)?;
                }
            }
            _ => {}
        }
        Ok(Tables::One)
    }

    /// Has each row of a product of tables ask whether to go on. What multiplies one table at most stays as it is, so that the optimiser can order a search and the patterns around it freely.
    fn product(&mut self, pattern: &mut GraphPattern, (left, right): (Tables, Tables)) -> Tables {
        if left == Tables::None || right == Tables::None {
            return left.max(right);
        }
        self.mark(pattern);
        Tables::Several
    }

    /// Has each row ask whether to go on, by a variable that nobody sees.
    fn mark(&mut self, pattern: &mut GraphPattern) {
        let inner = replace(pattern, GraphPattern::Bgp { patterns: vec![] });
        *pattern = GraphPattern::Extend {
            inner: Box::new(inner),
            variable: Variable::new_unchecked(format!("_ommatidia_{}", self.marks)),
            expression: call(Guard::Alive, vec![]),
        };
        self.marks += 1;
    }

    fn aggregate(&mut self, aggregate: &mut AggregateExpression) -> Result<(), QueryError> {
        let AggregateExpression::FunctionCall { name, expr, .. } = aggregate else {
            return Ok(());
        };
        self.expression(expr)?;
        if let AggregateFunction::GroupConcat { separator } = name {
            let separator = separator.take().unwrap_or_else(|| " ".to_owned());
            let number = self.separators.len();
            self.separators.push(separator);
            *name = AggregateFunction::Custom(group_concat(number));
        }
        Ok(())
    }

    fn expression(&mut self, expression: &mut Expression) -> Result<(), QueryError> {
        match expression {
            Expression::NamedNode(_)
            | Expression::Literal(_)
            | Expression::Variable(_)
            | Expression::Bound(_) => {}
            Expression::Or(a, b)
            | Expression::And(a, b)
            | Expression::Equal(a, b)
            | Expression::SameTerm(a, b)
            | Expression::Greater(a, b)
            | Expression::GreaterOrEqual(a, b)
            | Expression::Less(a, b)
            | Expression::LessOrEqual(a, b)
            | Expression::Add(a, b)
            | Expression::Subtract(a, b)
            | Expression::Multiply(a, b)
            | Expression::Divide(a, b) => {
                self.expression(a)?;
                self.expression(b)?;
            }
            Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => {
                self.expression(a)?;
            }
            Expression::If(a, b, c) => {
                for part in [a, b, c] {
                    self.expression(part)?;
                }
            }
            Expression::In(a, list) => {
                self.expression(a)?;
                self.expressions(list)?;
            }
            Expression::Coalesce(list) => self.expressions(list)?,
            Expression::Exists(pattern) => {
                self.pattern(pattern)?;
            }
            Expression::FunctionCall(function, arguments) => {
                self.expressions(arguments)?;
                shorten(function, arguments);
            }
        }
        Ok(())
    }

    fn expressions(&mut self, list: &mut [Expression]) -> Result<(), QueryError> {
        list.iter_mut().try_for_each(|each| self.expression(each))
    }
}

fn variables_of(pattern: &GraphPattern) -> Vec<Variable> {
    let mut variables = BTreeSet::new();
    pattern.on_in_scope_variable(|variable| {
        variables.insert(variable.clone());
    });
    variables.into_iter().collect()
}

fn project(pattern: &mut GraphPattern, variables: Vec<Variable>) {
    let inner = replace(pattern, GraphPattern::Bgp { patterns: vec![] });
    *pattern = GraphPattern::Project {
        inner: Box::new(inner),
        variables,
    };
}

fn call(guard: Guard, arguments: Vec<Expression>) -> Expression {
    Expression::FunctionCall(Function::Custom(guard.name()), arguments)
}

/// `expression`, asked only while the query may go on.
fn guard(expression: &mut Expression) {
    let otherwise = Expression::Literal(Literal::from(false));
    let inner = replace(expression, otherwise.clone());
    *expression = Expression::If(
        Box::new(call(Guard::Alive, vec![])),
        Box::new(inner),
        Box::new(otherwise),
    );
}

/// Puts a limit to what the functions make that make texts longer.
fn shorten(function: &mut Function, arguments: &mut [Expression]) {
    let mut limit = |index: usize, guard| {
        if let Some(argument) = arguments.get_mut(index) {
            let inner = replace(argument, Expression::Literal(Literal::from(false)));
            *argument = call(guard, vec![inner]);
        }
    };
    match function {
        Function::Concat => *function = Function::Custom(Guard::Concat.name()),
        Function::Replace => {
            limit(0, Guard::Replaced);
            limit(2, Guard::Replacement);
        }
        Function::EncodeForUri | Function::UCase | Function::LCase => limit(0, Guard::Text),
        _ => {}
    }
}
