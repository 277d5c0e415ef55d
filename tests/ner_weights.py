"""Token classifiers of BERT's true architecture, tiny: with random weights, or taught a few made-up sentences in seconds."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
PERSONS = ("Tom Baker", "Maria Lopez", "Peter Quill", "Nguyễn Thị Lan", "Trần Hùng")
ORGANISATIONS = ("Acme Corp", "Blue River Bank", "Công Ty Sao Mai")
PLACES = ("Hanoi", "Green Bay", "Đà Nẵng")
FRAMES = (
    "{per} will send the report",
    "we met {per} in {loc}",
    "{org} is in {loc}",
    "the people of {org} know {per}",
    "then {per} went to {org}",
    "so we talk about the budget and the plan again",
    "chúng ta gặp {per} ở {loc}",
    "{per} sẽ gửi báo cáo cho {org}",
)
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def sentences() -> list[tuple[list[str], list[str]]]:
    """Words and their labels, every frame with every name."""
    found = []
    for frame, person, organisation, place in itertools.product(FRAMES, PERSONS, ORGANISATIONS, PLACES):
        names = {"{per}": ("PER", person), "{org}": ("ORG", organisation), "{loc}": ("LOC", place)}
        words: list[str] = []
        labels: list[str] = []
        for slot in frame.split():
            kind, name = names.get(slot, ("", slot))
            words += (parts := name.split())
            labels += [f"{'I' if number else 'B'}-{kind}" if kind else "O" for number in range(len(parts))]
        if (words, labels) not in found:
            found.append((words, labels))
    return found


def tokenizer(words: Sequence[str]) -> PreTrainedTokenizerFast:
    """BERT's, with these words cut in two where they are long, and every letter."""
    pieces = [piece for word in words for piece in ([word[:4], f"##{word[4:]}"] if len(word) > 5 else [word])]
    letters = sorted({letter for word in words for letter in word})
    vocabulary = dict.fromkeys([*_SPECIAL, *pieces, *letters, *(f"##{letter}" for letter in letters), ".", ",", "'"])
    made = Tokenizer(WordPiece({piece: number for number, piece in enumerate(vocabulary)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary_number("[CLS]")), ("[SEP]", vocabulary_number("[SEP]"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", model_max_length=64
    )


def vocabulary_number(token: str) -> int:
    return _SPECIAL.index(token)


def random_tagger(folder: Path, labels: Sequence[str] = LABELS, seed: int = 0) -> Path:
    """A folder as on the Hub, with weights that nobody trained."""
    words = sorted({word for said, _ in sentences() for word in said})
    pieces = tokenizer(words)
    _model(len(pieces), labels, seed).save_pretrained(folder)
    pieces.save_pretrained(folder)
    return folder


def taught_tagger(folder: Path, steps: int = 35) -> Path:
    """The same after it has learnt the sentences above, several in a row, wherever in a window they stand."""
    said = sentences()
    pieces = tokenizer(sorted({word for words, _ in said for word in words}))
    model = _model(len(pieces), LABELS, seed=1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3)
    draw = torch.Generator().manual_seed(2)
    model.train()
    for _ in range(steps):
        picks = torch.randint(len(said), (24, 4), generator=draw).tolist()
        rows = [([w for i in row for w in said[i][0]], [t for i in row for t in said[i][1]]) for row in picks]
        batch = pieces([words for words, _ in rows], is_split_into_words=True, padding=True, truncation=True, return_tensors="pt")
        targets = torch.full_like(batch["input_ids"], -100)
        for number, (_, labels) in enumerate(rows):
            before = None
            for place, word in enumerate(batch.word_ids(number)):
                if word is not None and word != before:
                    targets[number, place] = LABELS.index(labels[word])
                before = word
        loss = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=targets).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.save_pretrained(folder)
    pieces.save_pretrained(folder)
    return folder


def _model(vocabulary: int, labels: Sequence[str], seed: int) -> BertForTokenClassification:
    settings = BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        return BertForTokenClassification(settings)
