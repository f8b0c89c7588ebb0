import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { Icon } from './icon'

function Field({ children }: { children: ReactNode }) {
  return <div className="field">{children}</div>
}

function FieldLabel({ htmlFor, children }: { htmlFor: string; children: ReactNode }) {
  return <label htmlFor={htmlFor}>{children}</label>
}

function FieldHint({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="field-hint">
      {children}
    </p>
  )
}

function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="field-error" role="alert">
      <Icon name="circle-alert" />
      <span>{children}</span>
    </p>
  )
}

function Input({ className = '', ...props }: InputHTMLAttributes<HTMLInputElement>) {
  return <input className={`input ${className}`.trim()} {...props} />
}

/** The browser's own list: it opens as the phone's wheel and works without script. */
function Select({ className = '', ...props }: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select className={`input ${className}`.trim()} {...props} />
}

function TextArea({ className = '', ...props }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea className={`input ${className}`.trim()} {...props} />
}

/** Six places drawn behind one real input: typing, pasting and the keyboard's own suggestion work without script. */
function CodeInput({ wrong = false, ...props }: InputHTMLAttributes<HTMLInputElement> & { wrong?: boolean }) {
  return (
    <div className={wrong ? 'code code-wrong' : 'code'}>
      <input
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        aria-invalid={wrong}
        required
        {...props}
      />
    </div>
  )
}

export { CodeInput, Field, FieldError, FieldHint, FieldLabel, Input, Select, TextArea }
